#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals::tools {

/// The one of `known` that `typed` was most likely meant to be; empty where none is near.
std::string_view nearest(std::string_view typed, const std::vector<std::string>& known);

/// "; did you mean 'rebuild'?", or nothing.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

/// "a, b, c".
std::string listed(const std::vector<std::string>& names);

} // namespace annals::tools

#pragma once

#include <string>

namespace annals::tools {

/// A check for options that count from 1: empty where `text` is a whole number from 1 on, else
/// what is wrong. CLI11's own reading of unsigned numbers takes -1 for the largest one.
std::string check_from_one(const std::string& text);

/// The same for options that count from 0.
std::string check_from_zero(const std::string& text);

} // namespace annals::tools

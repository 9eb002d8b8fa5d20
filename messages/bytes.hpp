#pragma once

#include <annals/messages/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// Binary data as a member of a described struct; base64 (RFC 4648, padded) in JSON.
using bytes = std::vector<std::byte>;

/// Base64 with padding.
std::string to_base64(const bytes& data);

/// Reads padded base64. Gives `invalid_argument` naming the text.
result<bytes> parse_base64(std::string_view text);

} // namespace annals

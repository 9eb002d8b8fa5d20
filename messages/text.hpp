#pragma once

#include <string>
#include <string_view>

namespace annals {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text) noexcept;

/// `text` for an error message: in single quotes, control characters and broken UTF-8 escaped,
/// cut after `longest` bytes with "…". Safe to print on a terminal whatever it holds.
std::string quoted(std::string_view text, std::size_t longest = 80);

} // namespace annals

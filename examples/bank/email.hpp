#pragma once

#include <string_view>

namespace bank {

/// Whether `text` looks like name@domain: one '@' with something on both sides, a dot inside the
/// domain, at most 254 bytes, no spaces or control characters. Only a mail that arrives proves
/// more.
bool is_email(std::string_view text) noexcept;

} // namespace bank

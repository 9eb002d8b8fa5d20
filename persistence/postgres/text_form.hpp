#pragma once

#include <string>
#include <string_view>

namespace annals::postgres {

// PostgreSQL's text holds well-formed UTF-8 without the byte 0, and ours may hold any bytes. Text
// that it can hold is stored as it is, so that people and SQL can read it. In any other text the
// byte 1 begins an escape. Stored forms of well-formed texts compare as the texts do.

/// Whether `text` is its own stored form.
bool is_plain(std::string_view text) noexcept;

/// The stored form, added to the end of `out`.
void append_stored(std::string& out, std::string_view text);
std::string stored_form(std::string_view text);

/// The text that has this stored form.
std::string original_form(std::string_view stored);

} // namespace annals::postgres

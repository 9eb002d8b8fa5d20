#pragma once

#include <string>
#include <string_view>

namespace annals::tests {

/// Writes `text` into a new file of that path. Throws `std::system_error` where it cannot.
void write_file(const std::string& path, std::string_view text);

/// What the file holds. Throws `std::system_error` where it cannot be read.
std::string read_file(const std::string& path);

} // namespace annals::tests

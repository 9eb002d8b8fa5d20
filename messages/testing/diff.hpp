#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals::testing::detail {

using text_lines = std::vector<std::string>;

/// A JSON text as the library writes it, a member or element a line.
text_lines json_lines(std::string_view json);

/// The lines of both sides in order: "- …" only expected, "+ …" only actual, "  …" in both. Long
/// stretches that are equal are cut to their ends, with a line that counts what was left out.
text_lines diff(const text_lines& expected, const text_lines& actual);

} // namespace annals::testing::detail

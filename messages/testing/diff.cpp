#include <annals/messages/testing/diff.hpp>

#include <algorithm>
#include <cstddef>

namespace annals::testing::detail {

namespace {

// Breaks a JSON text into lines; knows no more of JSON than strings, brackets and commas.
class line_breaker {
public:
  text_lines run(std::string_view json) {
    for (char c : json) {
      if (in_string_)
        within_string(c);
      else
        outside(c);
    }
    lines_.push_back(std::move(line_));
    return std::move(lines_);
  }

private:
  void within_string(char c) {
    line_ += c;
    if (escaped_)
      escaped_ = false;
    else if (c == '\\')
      escaped_ = true;
    else if (c == '"')
      in_string_ = false;
  }

  void outside(char c) {
    bool closes = c == '}' || c == ']';
    if (closes)
      --depth_;
    // A pair with nothing in it stays on its line.
    if (closes != opened_ && (closes || opened_))
      break_line();
    opened_ = c == '{' || c == '[';
    if (opened_)
      ++depth_;
    line_ += c;
    in_string_ = c == '"';
    if (c == ':')
      line_ += ' ';
    else if (c == ',')
      break_line();
  }

  void break_line() {
    lines_.push_back(std::move(line_));
    line_.assign(2 * depth_, ' ');
  }

  text_lines lines_;
  std::string line_;
  std::size_t depth_ = 0;
  bool opened_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
};

// What a table of the longest common subsequence may take; past it, a diff of two large models says
// only where the difference begins and ends.
constexpr std::size_t largest_table = 4'000'000;

// The longest stretch of equal lines that is shown whole, and how much of a longer one is kept at
// each end.
constexpr std::size_t longest_equal = 8;
constexpr std::size_t context = 3;

using view = std::vector<std::string>::const_iterator;

void add(text_lines& out, const char* mark, view from, view to) {
  for (; from != to; ++from)
    out.push_back(mark + *from);
}

void add_equal(text_lines& out, view from, view to) {
  auto count = static_cast<std::size_t>(to - from);
  if (count <= longest_equal)
    return add(out, "  ", from, to);
  add(out, "  ", from, from + context);
  out.push_back("  … " + std::to_string(count - 2 * context) + " equal lines");
  add(out, "  ", to - context, to);
}

// Both ranges begin and end with lines that differ.
void add_differing(text_lines& out, view expected, view expected_end, view actual,
                   view actual_end) {
  auto rows = static_cast<std::size_t>(expected_end - expected);
  auto columns = static_cast<std::size_t>(actual_end - actual);
  if (rows * columns > largest_table || rows == 0 || columns == 0) {
    add(out, "- ", expected, expected_end);
    return add(out, "+ ", actual, actual_end);
  }
  auto width = columns + 1;
  // At [row, column], the length of the longest common subsequence of what is left of both.
  std::vector<std::size_t> common((rows + 1) * width);
  for (auto row = rows; row-- > 0;)
    for (auto column = columns; column-- > 0;)
      common[row * width + column] =
          expected[row] == actual[column]
              ? common[(row + 1) * width + column + 1] + 1
              : std::max(common[(row + 1) * width + column], common[row * width + column + 1]);
  std::size_t row = 0;
  std::size_t column = 0;
  while (row < rows || column < columns) {
    auto equal = row;
    while (row < rows && column < columns && expected[row] == actual[column])
      ++row, ++column;
    add_equal(out, expected + equal, expected + row);
    auto removed = row;
    while (row < rows
           && (column == columns
               || (expected[row] != actual[column]
                   && common[(row + 1) * width + column] >= common[row * width + column + 1])))
      ++row;
    add(out, "- ", expected + removed, expected + row);
    auto added = column;
    while (column < columns
           && (row == rows
               || (expected[row] != actual[column]
                   && common[row * width + column + 1] > common[(row + 1) * width + column])))
      ++column;
    add(out, "+ ", actual + added, actual + column);
  }
}

} // namespace

text_lines json_lines(std::string_view json) { return line_breaker{}.run(json); }

text_lines diff(const text_lines& expected, const text_lines& actual) {
  auto begins = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  auto ends = std::mismatch(expected.rbegin(), std::make_reverse_iterator(begins.first),
                            actual.rbegin(), std::make_reverse_iterator(begins.second));
  text_lines out;
  add_equal(out, expected.begin(), begins.first);
  add_differing(out, begins.first, ends.first.base(), begins.second, ends.second.base());
  add_equal(out, ends.first.base(), expected.end());
  return out;
}

} // namespace annals::testing::detail

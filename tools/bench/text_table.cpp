#include <annals/tools/bench/text_table.hpp>

#include <algorithm>
#include <cctype>

namespace annals::tools::bench {

namespace {

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isdigit(c) != 0 || c == ',' || c == '.';
  });
}

} // namespace

std::string text_table::text() const {
  auto all = widths();
  std::string text;
  append(text, header_, all);
  for (const auto& each : rows_)
    append(text, each, all);
  return text;
}

std::vector<std::size_t> text_table::widths() const {
  std::vector<std::size_t> widths(header_.size(), 0);
  for (const auto& each : rows_)
    for (std::size_t i = 0; i < each.size(); ++i)
      if (!each[i].empty())
        widths[i] = std::max({widths[i], each[i].size(), header_[i].size()});
  return widths;
}

void text_table::append(std::string& text, const row& texts,
                        const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (widths[i] == 0)
      continue;
    std::string space(widths[i] - texts[i].size(), ' ');
    bool right = is_number(rows_.front()[i]) || is_number(rows_.back()[i]);
    line += "  " + (right ? space + texts[i] : texts[i] + space);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

} // namespace annals::tools::bench

#pragma once

#include <string>
#include <vector>

namespace annals::tools::bench {

/// Text in columns, numbers to the right; a column without any text is left out.
class text_table {
public:
  using row = std::vector<std::string>;

  explicit text_table(row header) : header_{std::move(header)} {}

  /// As many texts as the header has.
  void add(row texts) { rows_.push_back(std::move(texts)); }
  bool empty() const noexcept { return rows_.empty(); }
  std::string text() const;

private:
  // 0 for a column that is left out.
  std::vector<std::size_t> widths() const;
  void append(std::string& text, const row& texts, const std::vector<std::size_t>& widths) const;

  row header_;
  std::vector<row> rows_;
};

} // namespace annals::tools::bench

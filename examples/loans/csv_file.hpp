#pragma once

#include "row.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace loans {

/// Reads the bank's log row by row: a CSV file as it is or compressed with gzip. Every failure
/// names the file, and the line where there is one. Not thread-safe.
class csv_file {
public:
  /// Opens the file and reads its header. Blocks. Gives `not_found` or `invalid_argument`.
  static annals::result<csv_file> open(const std::string& path);

  /// The next row; nothing at the end of the file. Blocks on the disk. Gives `invalid_argument`
  /// for a row that cannot be read, a last row without a line end (the file is cut short), or a
  /// compressed file that is damaged; the file should then not be read on.
  annals::result<std::optional<row>> next();

  /// The line of the row that `next` gave last, from 1; the header is line 1.
  std::uint64_t line() const noexcept { return line_; }

  /// How much of the file has been read, from 0 to 1.
  double done() const noexcept;

private:
  struct stream;
  csv_file(std::string path, std::shared_ptr<stream> in);
  annals::result<std::optional<std::string_view>> next_line();
  annals::result<bool> fill();
  annals::failure at_line(std::string what) const;

  std::string path_;
  std::shared_ptr<stream> in_;
  // What is read and not yet handed out starts at next_.
  std::string buffer_;
  std::size_t next_ = 0;
  std::uint64_t line_ = 0;
};

} // namespace loans

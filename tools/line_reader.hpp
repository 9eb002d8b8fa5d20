#pragma once

#include <annals/tools/exit_code.hpp>
#include <annals/tools/stop_signals.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace annals::tools {

/// Reads a file, or standard input, a line at a time, and stops waiting when a signal comes.
class line_reader {
public:
  /// Opens `path`, or standard input for "-". Gives "input" naming the file.
  static outcome<line_reader> open(const std::string& path, const stop_signals& stop);

  ~line_reader();
  line_reader(line_reader&& other) noexcept;
  line_reader& operator=(line_reader&&) = delete;

  /// The next line without its end, valid until the next call; nothing at the end of the file.
  /// Gives "input" (also for a line beyond all reason) or `interrupted`.
  outcome<std::optional<std::string_view>> next();

  /// All that is left, at most `most` bytes.
  outcome<std::string> rest(std::size_t most);

  /// The number of the line that `next` gave last, from 1.
  std::uint64_t number() const noexcept { return number_; }
  /// How much of the file has been given out, 0 to 1; below 0 where its size is unknown.
  double share() const noexcept;
  /// The file's name for messages.
  const std::string& name() const noexcept { return name_; }

private:
  line_reader(int file, std::string name, const stop_signals& stop);
  outcome<bool> fill();
  tool_failure failed(const std::string& why) const;

  int file_;
  std::string name_;
  const stop_signals* stop_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t size_ = 0;
};

} // namespace annals::tools

#pragma once

#include <annals/tools/exit_code.hpp>
#include <annals/tools/stop_signals.hpp>

#include <string>
#include <string_view>

namespace annals::tools {

/// Writes text to a file that is already open, through a buffer, and never waits longer for a
/// slow reader than until a signal comes. Each failure is reported, none twice.
class output {
public:
  /// `name` is for messages: "standard output". The file stays its owner's.
  output(int file, std::string name, const stop_signals& stop)
      : file_{file}, name_{std::move(name)}, stop_{stop} {}

  /// Adds `text` as it is; writes when much has gathered. Gives "output", `interrupted` or, where
  /// the reader went away, the quiet end.
  outcome<> write(std::string_view text);

  /// Adds `text` and an end of line.
  outcome<> line(std::string_view text);

  /// Writes what has gathered.
  outcome<> flush();

  /// Whether the reader at the other end has gone; costs a system call.
  bool abandoned() const;

private:
  outcome<> write_some(std::string_view& rest);
  outcome<> wait_until_writable();

  int file_;
  std::string name_;
  const stop_signals& stop_;
  std::string buffer_;
};

/// Makes sure that files 0, 1 and 2 exist, so that no store's file takes their place.
void occupy_standard_files();

/// Prints a failure to standard error as one line, or as a JSON object; a quiet one not at all.
void report(const tool_failure& why, bool json);

/// `text` for a terminal: control characters and what is no UTF-8 escaped.
std::string printable(std::string_view text);

} // namespace annals::tools

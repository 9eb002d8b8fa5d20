#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace annals::tests {

/// What a program left behind.
struct program_end {
  /// The exit code, or minus the number of the signal that killed it.
  int code = 0;
  std::string out;
  std::string err;
};

/// A program that runs beside the test, with the write end of a pipe as its file 3. It is killed
/// when the thread that has started it ends.
class program {
public:
  /// Starts `arguments[0]`. Throws `std::system_error` where the process cannot be made.
  explicit program(std::vector<std::string> arguments);
  /// Kills it if it is still running.
  ~program();
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  void signal(int number);
  pid_t pid() const noexcept { return pid_; }

  /// Waits for the next line, without its end, that it writes to file 3; false when there is no
  /// more. A line that a kill cut short is left out.
  bool next_line(std::string& line);

  /// Closes the read end of its file 3.
  void hang_up() { lines_.reset(); }

  /// Waits for its end, so long at most; whether it has come.
  bool ends_within(std::chrono::milliseconds time);

  /// Waits for its end.
  program_end wait();

private:
  using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  [[noreturn]] void become(std::vector<std::string>& arguments, int pipe_end, pid_t parent);

  file out_;
  file err_;
  pid_t pid_ = -1;
  int status_ = 0;
  file lines_;
};

/// Runs a program to its end.
program_end run(std::vector<std::string> arguments);

} // namespace annals::tests

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace annals::tests {

/// What a program left behind.
struct ended {
  /// The exit code, or minus the number of the signal that killed it.
  int code = 0;
  std::string out;
  std::string err;
};

/// How a child is started.
struct child_setup {
  std::string program;
  std::vector<std::string> arguments;
  /// "NAME=value", beside what this process has.
  std::vector<std::string> environment;
  /// Where standard output goes; a pipe to this process where it is empty.
  std::string out_file;
  /// Whether standard error is a terminal.
  bool terminal = false;
};

/// A program that runs beside the test. What it prints is only read while the test waits for
/// something, and standard output not at all after `hold_output`. Every wait ends after three
/// minutes, with an exception that says what was there instead.
class child {
public:
  explicit child(const child_setup& setup);
  /// Kills it if it is still running.
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  void send(std::string_view input);
  void close_input();
  /// Closes this end of standard output, as `head` does when it has enough.
  void close_output();
  void signal(int number) const;
  /// Waits until it is prepared for SIGINT, then sends `number`.
  void signal_when_ready(int number);

  /// From now on nobody reads what the child prints to standard output.
  void hold_output() { holds_output_ = true; }
  /// How many bytes of its output wait in the pipe.
  int waiting_output() const;

  void wait_for_out(std::string_view text);
  void wait_for_err(std::string_view text);
  void wait_until(const std::function<bool()>& condition, std::string_view what);
  /// Waits for its end.
  ended wait();

private:
  // Takes in what has been printed, waiting a few milliseconds at most.
  void pump();
  bool reap();
  bool is_ready_for_signals() const;
  [[noreturn]] void give_up(std::string_view waited_for) const;

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool holds_output_ = false;
  bool ended_ = false;
  ended end_;
};

/// Runs a program to its end with `input` as its standard input.
ended run_to_end(const child_setup& setup, std::string_view input = {});

} // namespace annals::tests

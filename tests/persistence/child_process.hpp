#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <sys/types.h>

namespace annals::tests {

/// A fork of this process that reports numbers through a pipe. Start it before the parent opens
/// what the child opens: SQLite's locks do not survive a fork.
class child_process {
public:
  using report = std::function<void(std::uint64_t)>;

  /// Runs `body` in the child, which ends with code 0 when it returns and 1 when it throws.
  explicit child_process(const std::function<void(const report&)>& body);
  /// Kills a child that is still running.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// SIGKILL: the child does nothing more, not even clean up.
  void kill();
  /// Waits for the child's end; its exit code, or minus the signal that ended it.
  int wait();
  /// Waits for the next report; false when the child has ended and all its reports were read.
  bool next(std::uint64_t& number);

private:
  pid_t pid_ = -1;
  int reports_ = -1;
};

} // namespace annals::tests

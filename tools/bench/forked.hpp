#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

namespace annals::tools::bench {

/// A process that does something of this program beside it. Make it while no other thread of this
/// process does anything that matters: it is a copy of this one with one thread.
class forked {
public:
  /// `body` gets a function that tells this process a line, and one that waits until the object
  /// ends; what it throws is told as well. Throws `std::system_error` where there is no process to
  /// be had.
  using teller = std::function<void(const std::string&)>;
  explicit forked(
      const std::function<void(const teller& tell, const std::function<void()>& wait)>& body);
  /// Lets the body end, and kills it where that takes more than ten seconds.
  ~forked();
  forked(const forked&) = delete;
  forked& operator=(const forked&) = delete;

  /// The next line that it has told; empty where there is no more. Blocks.
  std::string hear();
  /// Kills it at once.
  void kill();

private:
  void wait_for_end();

  pid_t process_ = -1;
  int from_it_ = -1;
  int to_it_ = -1;
};

} // namespace annals::tools::bench

#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace annals::tools {

/// Turns SIGINT and SIGTERM into something to ask for, so that a subcommand stops in order. A
/// second signal ends the process at once. Make it before any other thread is started: threads
/// that block these signals inherit it. A signal that the parent has set to be ignored stays
/// ignored. SIGPIPE is ignored meanwhile: a write reports it instead.
class stop_signals {
public:
  /// `announce` says aloud when a signal came and the stop takes a while.
  explicit stop_signals(bool announce = true);
  ~stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  /// The number of the first signal, or 0. Any thread.
  int requested() const noexcept { return requested_.load(std::memory_order_acquire); }

  /// A file that `poll` finds readable from the first signal on.
  int handle() const noexcept { return raised_; }

  /// Waits for the first signal, at most `milliseconds`; says whether it came.
  bool wait(int milliseconds) const;

  /// Whether a wait is announced: not where stderr holds JSON.
  void announce(bool aloud) noexcept { announce_.store(aloud, std::memory_order_relaxed); }

private:
  void watch();
  void raise(int signal);

  std::atomic<int> requested_{0};
  std::atomic<bool> announce_;
  sigset_t watched_{};
  sigset_t mask_before_{};
  struct sigaction pipe_before_ {};
  int source_ = -1;
  int raised_ = -1;
  int end_ = -1;
  std::thread watcher_;
};

} // namespace annals::tools

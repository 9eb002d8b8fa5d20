#pragma once

#include <annals/messages/time.hpp>

#include <functional>
#include <mutex>

namespace annals::testing {

/// A clock that stands still until the test moves it. All members may be called from any thread;
/// none blocks for longer than what `on_move` was given.
class test_clock {
public:
  /// Begins at 2000-01-01T00:00:00Z unless told otherwise.
  explicit test_clock(timestamp begin = timestamp{std::chrono::seconds{946'684'800}})
      : now_{begin} {}

  timestamp now() const {
    std::lock_guard guard{mutex_};
    return now_;
  }

  /// Moves on by `length`, which may be negative: a clock that is set back is a case to test too.
  void advance(std::chrono::microseconds length) {
    move([&] { now_ += length; });
  }

  void set(timestamp time) {
    move([&] { now_ = time; });
  }

  /// Has `told` called with the new time after each move, on the thread that moves.
  void on_move(std::function<void(timestamp)> told) {
    std::lock_guard guard{mutex_};
    told_ = std::move(told);
  }

private:
  template <class Change>
  void move(Change change) {
    std::unique_lock guard{mutex_};
    change();
    auto time = now_;
    auto told = told_;
    guard.unlock();
    if (told)
      told(time);
  }

  mutable std::mutex mutex_;
  timestamp now_;
  std::function<void(timestamp)> told_;
};

} // namespace annals::testing

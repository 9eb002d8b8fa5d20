#pragma once

#include <annals/messages/ids.hpp>

#include <atomic>

namespace annals {

/// What a journal and its event bus share so that at most one hint is under way between them,
/// however fast the log grows. Any thread; never blocks.
class growth_hint {
public:
  /// For the journal, after a commit: whether it has to send a hint. Where it does not, the one
  /// under way will tell of `position` as well.
  bool grown_to(log_position position) noexcept {
    // The highest wins: commits of a journal that works in its senders' threads may overtake.
    auto known = position_.load();
    while (known < position && !position_.compare_exchange_weak(known, position))
      continue;
    return !under_way_.exchange(true);
  }

  /// For the event bus, when a hint arrives: the position to tell the subscribers.
  log_position take() noexcept {
    under_way_.store(false);
    return position_.load();
  }

private:
  std::atomic<log_position> position_{0};
  std::atomic<bool> under_way_{false};
};

} // namespace annals

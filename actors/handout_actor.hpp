#pragma once

#include <annals/actors/subscription.hpp>
#include <annals/actors/subscription_protocol.hpp>
#include <annals/messages/registry.hpp>

#include <caf/actor_system.hpp>

#include <memory>
#include <mutex>

namespace annals {

/// A subscription's status, written by its actor and read by any thread.
class shared_status {
public:
  void set(subscription_status now) {
    std::lock_guard guard{mutex_};
    now_ = std::move(now);
  }
  subscription_status get() const {
    std::lock_guard guard{mutex_};
    return now_;
  }

private:
  mutable std::mutex mutex_;
  subscription_status now_;
};

/// What a hand-out needs.
struct handout_parts {
  const registry* domain = nullptr;
  subscription_settings settings;
  /// The position behind which it begins.
  log_position begin = 0;
  std::shared_ptr<event_reader> reader;
  journal_actor journal;
  std::shared_ptr<shared_status> status;
  std::chrono::milliseconds poll_interval{200};
  std::chrono::milliseconds save_interval{1000};
};

/// Starts the hand-out of one subscription on a thread of its own.
handout_actor spawn_handout(caf::actor_system& system, handout_parts parts);

} // namespace annals

#pragma once

#include <annals/actors/subscription.hpp>
#include <annals/actors/subscription_protocol.hpp>

#include <caf/actor_system.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace annals {

/// The way from acknowledgements, which the application may keep for as long as it likes, to the
/// hand-out; cut when the subscription ends. Any thread.
class acknowledgement_route {
public:
  explicit acknowledgement_route(handout_actor to) : to_{std::move(to)} {}

  void send(const acknowledge& done);
  void cut();

private:
  std::mutex mutex_;
  handout_actor to_;
};

/// What a consumer's actor shares with the handle that the application holds.
struct consumer_parts {
  handout::consumer_id id = 0;
  std::function<void(const recorded_event&, acknowledgement)> callback;
  std::shared_ptr<acknowledgement_route> route;
  handout_actor group;
  std::string subscription;
  std::uint32_t most_retries = 0;
  std::chrono::milliseconds retry_after{0};
  /// Set before `finish`, so that nothing that waits in the mailbox is handed over any more.
  std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
  /// The thread of the callback, while it runs.
  std::shared_ptr<std::atomic<std::thread::id>> thread =
      std::make_shared<std::atomic<std::thread::id>>();
};

/// Starts a consumer on a thread of its own.
consumer_actor spawn_consumer(caf::actor_system& system, const consumer_parts& parts);

} // namespace annals

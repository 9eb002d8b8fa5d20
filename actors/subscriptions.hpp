#pragma once

#include <annals/actors/consumer.hpp>
#include <annals/actors/handout_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace annals {

/// What subscriptions need of a node.
struct subscriptions_parts {
  caf::actor_system* system = nullptr;
  const registry* domain = nullptr;
  journal_actor journal;
  event_bus_actor bus;
  std::function<result<std::unique_ptr<event_reader>>()> open_reader;
  std::chrono::milliseconds poll_interval{200};
  std::chrono::milliseconds save_interval{1000};
};

/// All subscriptions of a node. Consumers that subscribe under one name share a hand-out. Any
/// thread; each call blocks while it talks to the actors concerned.
class subscriptions : public std::enable_shared_from_this<subscriptions> {
public:
  using callback = std::function<void(const recorded_event&, acknowledgement)>;

  explicit subscriptions(subscriptions_parts parts) : parts_{std::move(parts)} {}

  result<subscription> subscribe(const subscription_settings& settings, callback called);

  /// A durable subscription begins anew the next time. Gives `invalid_argument` while it has
  /// consumers.
  result<void> forget(const std::string& name);

  std::vector<subscription_status> all() const;

  /// Every callback has returned and every place is kept when it does.
  void stop();

private:
  friend class subscription::inside;

  struct member {
    consumer_actor actor;
    std::shared_ptr<std::atomic<bool>> cancelled;
    std::shared_ptr<std::atomic<std::thread::id>> thread;
  };

  struct group {
    subscription_settings settings;
    handout_actor actor;
    std::shared_ptr<acknowledgement_route> route;
    std::shared_ptr<shared_status> status;
    std::map<handout::consumer_id, member> consumers;
  };

  result<std::shared_ptr<group>> group_for(const subscription_settings& settings);
  result<std::shared_ptr<group>> start_group(const subscription_settings& settings);
  void leave(const std::shared_ptr<group>& of, handout::consumer_id consumer);
  void end_consumer(const member& leaving) const;
  void end_group(const std::shared_ptr<group>& of);

  subscriptions_parts parts_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<group>> groups_;
  handout::consumer_id next_ = 1;
  bool stopped_ = false;
};

} // namespace annals

#pragma once

#include <annals/actors/consumer.hpp>
#include <annals/actors/handout_actor.hpp>
#include <annals/actors/subscription_keeping.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace annals {

/// All subscriptions of a node. Consumers that subscribe under one name share a hand-out; among
/// several nodes, one of those that have such consumers hands out each partition. Any thread; each
/// call blocks while it talks to the actors concerned, and to the membership.
class subscriptions : public std::enable_shared_from_this<subscriptions> {
public:
  using callback = std::function<void(const recorded_event&, acknowledgement)>;

  explicit subscriptions(subscriptions_parts parts) : parts_{std::move(parts)} {}

  result<subscription> subscribe(const subscription_settings& settings, callback called);

  /// A durable subscription begins anew the next time. Gives `invalid_argument` while it has
  /// consumers in this node, or another node hands it out.
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
    // Of each partition; none where nobody shares the subscription.
    std::vector<std::shared_ptr<duty>> duties;
    std::string node;

    subscription_status status_now() const;
  };

  result<std::shared_ptr<group>> group_for(const subscription_settings& settings);
  result<std::shared_ptr<group>> start_group(const subscription_settings& settings);
  void offer_all(group& of, log_position begin);
  membership::task task_for(const group& of, const std::shared_ptr<duty>& what,
                            handout::part_id part, log_position begin) const;
  void leave(const std::shared_ptr<group>& of, handout::consumer_id consumer);
  void end_consumer(const member& leaving) const;
  void end_group(const std::shared_ptr<group>& of);

  subscriptions_parts parts_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<group>> groups_;
  handout::consumer_id next_ = 1;
  bool stopped_ = false;
  // The consumers that `stop` waits for.
  std::map<handout::consumer_id, member> ending_;
  // How many threads wait for the end of one, and that there are none.
  std::size_t leaving_now_ = 0;
  std::condition_variable all_left_;
};

} // namespace annals

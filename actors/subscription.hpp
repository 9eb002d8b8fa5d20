#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace annals {

/// Where a subscription begins, if it does not go on from where it was.
class subscription_start {
public:
  enum class kind { beginning, now, position, time };

  /// With the first event of the log.
  static subscription_start from_beginning() { return {}; }
  /// With what is stored after the call of `subscribe`.
  static subscription_start from_now() { return {kind::now, 0, {}}; }
  /// With the first event past that position.
  static subscription_start after(log_position position) { return {kind::position, position, {}}; }
  /// With the first event in the log that is not older, as long as the clocks of the log's writers
  /// were never more than a minute apart; what follows it comes whatever its time is.
  static subscription_start from_time(timestamp time) { return {kind::time, 0, time}; }

  kind what() const noexcept { return kind_; }
  log_position position() const noexcept { return position_; }
  timestamp time() const noexcept { return time_; }

private:
  subscription_start() = default;
  subscription_start(kind what, log_position position, timestamp time)
      : kind_{what}, position_{position}, time_{time} {}

  kind kind_ = kind::beginning;
  log_position position_ = 0;
  timestamp time_{};
};

/// Which events a subscription gets: those that pass every condition that is set. Events come in
/// the form that the domain has today, so `types` are names of today.
struct subscription_filter {
  /// Any of these streams; all where it is empty.
  std::vector<std::string> streams{};
  /// The streams of any of these aggregate types.
  std::vector<std::string> aggregates{};
  /// Any of these event types.
  std::vector<std::string> types{};
  /// Called on the subscription's own thread; must not block. One that throws stops the
  /// subscription.
  std::function<bool(const recorded_event&)> predicate{};

  /// Whether events of this stream can pass at all.
  bool takes_stream(std::string_view stream) const;
  /// Whether an event of such a stream passes; throws what the predicate throws.
  bool takes(const recorded_event& event) const;
};

/// How a subscription goes on.
struct subscription_settings {
  /// Durable by this name: what was acknowledged is kept in the store, and the next subscription of
  /// the name goes on behind it. 1 to 512 bytes, no control characters. Empty: nothing is kept.
  std::string name{};
  /// Where it begins: a durable one only where the store does not know its name.
  subscription_start from = subscription_start::from_beginning();
  /// Which events it gets: all of them, where nothing is set.
  subscription_filter filter{};
  /// The most events that one consumer has been given and has not acknowledged; 1 or more.
  std::size_t window = 64;
  /// Only one consumer of the name is given events; when it leaves, the next takes over. Otherwise
  /// they compete: each event goes to one of them, and those of one stream in order. Among several
  /// nodes only consumers in the node that hands out are given any.
  bool one_active = false;
  /// Among several nodes: over how many parts the streams are divided, each of which one node at a
  /// time hands out, so that the consumers of several nodes share the work. 1 to 1,024, and 1 where
  /// the subscription has no name or `one_active`. Stored with the name: to change it, forget the
  /// subscription.
  std::uint32_t partitions = 1;
  /// How often an event is given again to a consumer that threw, and how long after the first time;
  /// each further time waits twice as long, at most ten seconds. Then the subscription stops. 0 or
  /// more each.
  std::uint32_t most_retries = 10;
  std::chrono::milliseconds retry_after{50};
};

/// Says that an event has been dealt with. May be copied, called from any thread, also long after
/// the callback has returned, and more than once; does nothing once the subscription has ended.
class acknowledgement {
public:
  acknowledgement() = default;
  explicit acknowledgement(std::function<void()> done)
      : done_{std::make_shared<std::function<void()>>(std::move(done))} {}

  /// Acknowledges the event. Never blocks for long.
  void operator()() const {
    if (done_)
      (*done_)();
  }

private:
  std::shared_ptr<std::function<void()>> done_;
};

/// How far a subscription is.
struct subscription_status {
  std::string name;
  /// Every event up to here that passes the filter has been acknowledged: where a durable one would
  /// go on. Of the partitions that this node hands out the one that is furthest behind; where it
  /// hands out none, as it last was here.
  log_position acknowledged = 0;
  /// How many events are given to consumers in this node and not acknowledged yet.
  std::size_t in_flight = 0;
  /// In this node.
  std::size_t consumers = 0;
  /// Why it has stopped, where it has.
  std::optional<failure> stopped{};
  std::uint32_t partitions = 1;
  /// How many of them this node hands out.
  std::uint32_t partitions_here = 0;
  /// The nodes that hand it out as far as this one knows, each once, in order of name: several
  /// where it has partitions, none while it changes hands, and none where this node is alone.
  std::vector<std::string> nodes{};
};

/// One consumer of a subscription; leaves when it is destroyed. Must be gone before its node is
/// destroyed; outlives its node's `stop`.
class subscription {
public:
  class inside;

  subscription() noexcept;
  explicit subscription(std::unique_ptr<inside> with);
  subscription(subscription&&) noexcept;
  subscription& operator=(subscription&&) noexcept;
  ~subscription();

  /// Leaves: what was not acknowledged goes to another consumer, or comes again at the next
  /// subscription of the name. Blocks until the callback has returned, unless it is called from the
  /// callback itself. A second call does nothing.
  void cancel();

  /// Never blocks for long. Any thread.
  subscription_status status() const;

private:
  std::unique_ptr<inside> inside_;
};

} // namespace annals

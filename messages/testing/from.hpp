#pragma once

#include <annals/messages/recorded.hpp>

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace annals::testing {

/// Events of one aggregate instance, as a projection or a process manager is told of them.
template <class... Events>
struct told {
  std::string id;
  std::tuple<Events...> events;
  std::optional<timestamp> time{};
  uuid correlation_id{};

  /// The same events, with a time of their own.
  told at(timestamp when) && {
    time = when;
    return std::move(*this);
  }

  /// The same events, of a request with this correlation id.
  told correlated(const uuid& by) && {
    correlation_id = by;
    return std::move(*this);
  }
};

/// Events of the instance `id`: `from("acc-1", money_deposited{100}, money_withdrawn{30})`.
/// Versions count on from event to event of an id, positions from event to event of the test; the
/// time of an event is its position in seconds since 1970, unless `at` gives another.
template <class... Events>
told<Events...> from(std::string id, Events... events) {
  static_assert(sizeof...(Events) > 0, "annals: from(id, events…) needs an event");
  return {std::move(id), {std::move(events)...}};
}

namespace detail {

/// Gives the events of a test their places.
class log_numbers {
public:
  template <class Event>
  recorded<Event> record(const std::string& id, const std::optional<timestamp>& time,
                         const uuid& correlation, Event event) {
    event_info info;
    info.id = id;
    info.version = ++versions_[id];
    info.position = ++position_;
    info.event_id = derive_id({}, "event " + std::to_string(position_));
    info.time = time.value_or(timestamp{std::chrono::seconds{position_}});
    info.correlation_id = correlation;
    return {std::move(info), std::move(event)};
  }

private:
  std::map<std::string, stream_version> versions_;
  log_position position_ = 0;
};

} // namespace detail

} // namespace annals::testing

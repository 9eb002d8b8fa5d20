#pragma once

#include <annals/messages/decision.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace annals {

namespace detail {

template <class List>
struct event_list;
template <template <class...> class List, class... Events>
struct event_list<List<Events...>> {
  using variant = std::variant<Events...>;
  template <class T>
  static constexpr bool has = (std::is_same_v<T, Events> || ...);
};

} // namespace detail

/// What a joint command leads to in one of its participants: no event, one, or several in order;
/// each is listed in `Aggregate::events`. `annals::no_events` is none, `{a, b}` are two.
template <class Aggregate>
class joint_part {
  using listed = detail::event_list<typename Aggregate::events>;

public:
  using event_type = typename listed::variant;

  constexpr joint_part() = default;
  constexpr joint_part(no_events_t) {}

  template <class... Given>
    requires(sizeof...(Given) > 0 && (listed::template has<std::remove_cvref_t<Given>> && ...))
  constexpr joint_part(Given&&... happened) {
    events_.reserve(sizeof...(Given));
    (events_.emplace_back(std::forward<Given>(happened)), ...);
  }

  /// For parts whose number of events depends on the states.
  template <class Event>
    requires(listed::template has<std::remove_cvref_t<Event>>)
  constexpr joint_part& add(Event&& happened) {
    events_.emplace_back(std::forward<Event>(happened));
    return *this;
  }

  constexpr const std::vector<event_type>& events() const noexcept { return events_; }

private:
  std::vector<event_type> events_;
};

/// The answer of a `decide` over several participants: a rejection of the whole, or a part for each
/// of them, in their order, which are stored all or not at all:
///
///     annals::joint_decision<account, account> decide(const account& from, const account& to,
///                                                     const transfer& c) {
///       if (from.balance < c.cents)
///         return annals::reject("insufficient funds");
///       return {money_withdrawn{c.cents}, money_deposited{c.cents}};
///     }
///
/// A participant without events was only looked at; it still has to be as it was when the others'
/// events are stored. `return annals::no_events;` accepts, and changes nothing anywhere.
template <class... Aggregates>
class joint_decision {
public:
  constexpr joint_decision(rejection why) : rejection_{std::move(why)}, rejected_{true} {}
  constexpr joint_decision(no_events_t) {}
  constexpr joint_decision(joint_part<Aggregates>... parts) requires(sizeof...(Aggregates) > 1)
      : parts_{std::move(parts)...} {}

  /// As `decision::reserve`; the value is taken for the home's stream, that of the first
  /// participant.
  joint_decision& reserve(std::string_view set, std::string_view value) & {
    reservations_.push_back({std::string{set}, std::string{value}, false});
    return *this;
  }
  joint_decision&& reserve(std::string_view set, std::string_view value) && {
    return std::move(reserve(set, value));
  }

  /// As `decision::release`, for the home's stream.
  joint_decision& release(std::string_view set, std::string_view value) & {
    reservations_.push_back({std::string{set}, std::string{value}, true});
    return *this;
  }
  joint_decision&& release(std::string_view set, std::string_view value) && {
    return std::move(release(set, value));
  }

  constexpr bool rejected() const noexcept { return rejected_; }
  /// The reason; empty where the command was accepted.
  constexpr std::string_view reason() const noexcept { return rejection_.reason(); }

  /// The part of a participant, counted from 0.
  template <std::size_t Participant>
  constexpr const auto& part() const noexcept {
    return std::get<Participant>(parts_);
  }
  template <std::size_t Participant>
  constexpr auto& part() noexcept {
    return std::get<Participant>(parts_);
  }

  /// In the order in which they were asked for.
  const std::vector<reservation>& reservations() const noexcept { return reservations_; }

private:
  std::tuple<joint_part<Aggregates>...> parts_;
  std::vector<reservation> reservations_;
  rejection rejection_;
  bool rejected_ = false;
};

} // namespace annals

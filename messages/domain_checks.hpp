#pragma once

#include <annals/messages/domain.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <type_traits>

/// What the library asks of a domain, as compile-time checks: each mistake gives one error, in
/// words, with the types in the line above it.

namespace annals::detail {

template <class T>
inline constexpr bool is_decision = false;
template <class... Events>
inline constexpr bool is_decision<decision<Events...>> = true;

/// The events that a `decide` may emit, whatever it returns.
template <class Returned>
struct emitted {
  using type = boost::mp11::mp_list<Returned>;
};
template <class... Events>
struct emitted<decision<Events...>> {
  using type = boost::mp11::mp_list<Events...>;
};
template <>
struct emitted<rejection> {
  using type = boost::mp11::mp_list<>;
};
template <>
struct emitted<no_events_t> {
  using type = boost::mp11::mp_list<>;
};

// Outside of any class, so that overloads are found beside the domain's types and only there.
template <class State, class Command>
constexpr auto call_decide(const State& self, const Command& command)
    -> decltype(decide(self, command)) {
  return decide(self, command);
}
template <class State, class Event>
constexpr auto call_evolve(State self, const Event& event)
    -> decltype(evolve(std::move(self), event)) {
  return evolve(std::move(self), event);
}
template <class Model, class Event>
constexpr auto call_project(Model& model, const recorded<Event>& event)
    -> decltype(project(model, event)) {
  return project(model, event);
}

template <class Model>
constexpr auto call_merge(Model& whole, Model&& part) -> decltype(merge(whole, std::move(part))) {
  return merge(whole, std::move(part));
}

template <class State, class Command>
concept decides = requires(const State& self, const Command& command) {
  call_decide(self, command);
};
template <class State, class Event>
concept evolves = requires(const State& self, const Event& event) {
  { call_evolve(self, event) } -> std::convertible_to<State>;
};
template <class Model, class Event>
concept projects = requires(Model& model, const recorded<Event>& event) {
  call_project(model, event);
};

template <class Model>
concept merges = requires(Model& whole, Model&& part) {
  call_merge(whole, std::move(part));
};

/// What a projection says of poison events.
template <class Model>
consteval poison poison_of() {
  if constexpr (requires { Model::on_poison; }) {
    constexpr bool is_one = std::is_same_v<std::remove_cvref_t<decltype(Model::on_poison)>, poison>;
    static_assert(is_one, "annals: Projection::on_poison is no annals::poison: write static "
                          "constexpr auto on_poison = annals::poison::park");
    if constexpr (is_one)
      return Model::on_poison;
  }
  return poison::stop;
}

template <class Aggregate, class Command>
struct check_command {
  static constexpr bool is_described = described<Command>;
  static_assert(is_described, "annals: this Command is not described: write "
                              "BOOST_DESCRIBE_STRUCT(Command, (), (its members)) beside it");
  static constexpr bool has_decide = decides<Aggregate, Command>;
  static_assert(!is_described || has_decide,
                "annals: there is no decide(const Aggregate&, const Command&) for this pair: "
                "write one in the namespace of the command");
  static constexpr bool good = is_described && has_decide;
};

template <class Aggregate, class Event>
struct check_event {
  static constexpr bool is_event = event<Event>;
  static_assert(is_event, "annals: this Event needs BOOST_DESCRIBE_STRUCT(Event, (), (its members))"
                          " and static constexpr annals::event_name name{\"…\"}");
  static constexpr bool has_evolve = evolves<Aggregate, Event>;
  static_assert(!is_event || has_evolve,
                "annals: there is no evolve(Aggregate, const Event&) that returns the Aggregate "
                "for this pair: write one in the namespace of the event");
  static constexpr bool good = is_event && has_evolve;
};

/// That a `decide` emits nothing that the aggregate does not list.
template <class Aggregate, class Command, class AggregateEvents>
struct check_emitted {
  using returned = std::remove_cvref_t<decltype(call_decide(std::declval<const Aggregate&>(),
                                                            std::declval<const Command&>()))>;
  template <class Event>
  using is_listed = boost::mp11::mp_contains<AggregateEvents, Event>;
  static constexpr bool good =
      boost::mp11::mp_all_of<typename emitted<returned>::type, is_listed>::value;
  static_assert(good, "annals: decide(const Aggregate&, const Command&) returns an event that is "
                      "not in Aggregate::events, or something that is no decision: return "
                      "annals::decision<events…>, one event, or annals::reject(reason)");
};

template <class Model, class Event>
struct check_listed_event {
  static constexpr bool good = projects<Model, Event>;
  static_assert(good, "annals: there is no project(Projection&, const annals::recorded<Event>&) "
                      "for an Event that Projection::events lists: write one in the namespace of "
                      "the projection");
};

template <class Model, class ProjectedEvents>
struct check_projection {
  static constexpr bool good = boost::mp11::mp_size<ProjectedEvents>::value > 0;
  static_assert(good, "annals: this Projection has no project(Projection&, const "
                      "annals::recorded<Event>&) for any event of the domain: write one in the "
                      "namespace of the projection");
};

} // namespace annals::detail

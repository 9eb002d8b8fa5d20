#pragma once

#include <annals/messages/domain_checks.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <type_traits>
#include <utility>

/// What the library asks of a joint command, as compile-time checks.

namespace annals {

namespace detail {

template <class T>
inline constexpr bool is_participants = false;
template <class... Aggregates>
inline constexpr bool is_participants<participants<Aggregates...>> = true;

// Outside of any class, so that overloads are found beside the domain's types and only there.
template <class Command>
auto call_participants_of(const Command& command) -> decltype(participants_of(command)) {
  return participants_of(command);
}
template <class Command, class... States>
constexpr auto call_decide_jointly(const Command& command, const States&... states)
    -> decltype(decide(states..., command)) {
  return decide(states..., command);
}

template <class Command>
concept names_participants = requires(const Command& command) {
  requires is_participants<std::remove_cvref_t<decltype(call_participants_of(command))>>;
};

template <class Command>
using participants_type =
    std::remove_cvref_t<decltype(call_participants_of(std::declval<const Command&>()))>;

template <class Command, class... States>
concept decides_jointly = requires(const Command& command, const States&... states) {
  call_decide_jointly(command, states...);
};

// Something described that a domain lists and that is nothing else: a name, where it has one, is a
// command's.
template <class T>
concept meant_as_command = described<T> && !aggregate<T> && !projection<T> && !requires {
  typename T::commands;
}
&&!requires { typename T::events; }
&&(
    !requires { T::name; }
    || requires { requires std::same_as<std::remove_cvref_t<decltype(T::name)>, command_name>; });

template <class Command, class... Aggregates>
consteval bool returns_joint_decision() {
  if constexpr (decides_jointly<Command, Aggregates...>)
    return std::is_convertible_v<decltype(call_decide_jointly(
                                     std::declval<const Command&>(),
                                     std::declval<const Aggregates&>()...)),
                                 joint_decision<Aggregates...>>;
  else
    return false;
}

template <class Command, class List>
struct check_joint_decide;
template <class Command, class... Aggregates>
struct check_joint_decide<Command, participants<Aggregates...>> {
  static constexpr bool has_decide = decides_jointly<Command, Aggregates...>;
  static_assert(has_decide,
                "annals: there is no decide(const Aggregate&, const Aggregate&, …, const "
                "Command&) with the aggregates that participants_of(const Command&) "
                "names, in their order: write one in the namespace of the command");
  static constexpr bool good = returns_joint_decision<Command, Aggregates...>();
  static_assert(!has_decide || good,
                "annals: the decide of this Command returns something else than an "
                "annals::joint_decision<its participants' aggregates…>");
};

template <class List, class Domain>
struct check_joint_aggregates;
template <class... Aggregates, class Domain>
struct check_joint_aggregates<participants<Aggregates...>, Domain> {
  static constexpr bool good = (boost::mp11::mp_contains<Domain, Aggregates>::value && ...);
  static_assert(good, "annals: a participant of a joint command is no aggregate of the "
                      "annals::domain<…> that lists the command: list it there as well");
};

template <class Command, class Domain>
consteval bool is_good_joint() {
  if constexpr (!names_participants<Command>)
    return false;
  else if constexpr (!check_joint_aggregates<participants_type<Command>, Domain>::good)
    return false;
  else
    return check_joint_decide<Command, participants_type<Command>>::good;
}

/// `Domain` is the list of the domain's aggregates.
template <class Command, class Domain>
struct check_joint {
  static_assert(names_participants<Command>,
                "annals: there is no annals::participants<aggregates…> participants_of(const "
                "Command&): write one in the namespace of the command that the domain lists");
  static constexpr bool good = is_good_joint<Command, Domain>();
};

} // namespace detail

/// A command that several aggregate instances take part in: described, with a `participants_of` in
/// its namespace.
template <class T>
concept joint_command = described<T> && detail::names_participants<T>;

} // namespace annals

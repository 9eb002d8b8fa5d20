#pragma once

#include <annals/messages/process_manager.hpp>
#include <annals/messages/typed_aggregate.hpp>

#include <type_traits>

/// What the testing kit asks of what it is handed, as compile-time checks in words.

namespace annals::testing::detail {

using annals::detail::as_mp_list_t;

template <class Aggregate, class Event>
struct check_given {
  static constexpr bool good =
      boost::mp11::mp_contains<as_mp_list_t<typename Aggregate::events>, Event>::value;
  static_assert(good,
                "annals: given(…) and then(…) take events of the Aggregate: this Event is not "
                "in Aggregate::events");
};

template <class Aggregate, class Command>
struct check_when {
  static constexpr bool good =
      boost::mp11::mp_contains<as_mp_list_t<typename Aggregate::commands>, Command>::value;
  static_assert(good, "annals: when(…) takes a command of the Aggregate: this Command is not in "
                      "Aggregate::commands");
};

template <class Projection, class Event>
struct check_projected {
  static constexpr bool good = annals::detail::projects<Projection, Event>;
  static_assert(good,
                "annals: there is no project(Projection&, const annals::recorded<Event>&) for "
                "this pair: the Projection does not read this Event");
};

template <class Process, class Input>
struct check_reacts {
  static constexpr bool good = annals::detail::reacts<Process, Input>;
  static_assert(good, "annals: there is no react(Process&, const Input&) that returns an "
                      "annals::reaction for this pair: write one in the namespace of the process");
};

} // namespace annals::testing::detail

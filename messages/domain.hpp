#pragma once

/// All that domain code needs: names, the lists of an aggregate, decisions, recorded events.
/// Includes no actor and no store, so that a domain compiles fast and is tested with no runtime.

#include <annals/messages/bytes.hpp>
#include <annals/messages/decision.hpp>
#include <annals/messages/joint_decision.hpp>
#include <annals/messages/names.hpp>
#include <annals/messages/participants.hpp>
#include <annals/messages/poison.hpp>
#include <annals/messages/recorded.hpp>

#include <boost/describe.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace annals {

/// The commands that an aggregate takes: `using commands = annals::commands<deposit, withdraw>;`
template <class... Commands>
struct commands {};

/// The events of an aggregate, or the events that a projection reads.
template <class... Events>
struct events {};

/// The messages of the timers that a process manager sets.
template <class... Messages>
struct timers {};

/// A struct that is described to the library by `BOOST_DESCRIBE_STRUCT` beside it.
template <class T>
concept described = boost::describe::has_describe_members<T>::value;

/// An event: described, with `static constexpr annals::event_name name{"…"};`.
template <class T>
concept event = described<T> && std::same_as<std::remove_cvref_t<decltype(T::name)>, event_name>;

/// An aggregate: described state that starts as `T{}`, a durable name, its commands and events.
template <class T>
concept aggregate = described<T> && std::default_initializable<T> && std::same_as<
    std::remove_cvref_t<decltype(T::name)>, aggregate_name> && requires {
  typename T::commands;
  typename T::events;
};

/// A projection: a described read model that starts as `T{}`, and a durable name. It may say
/// `on_poison` (`annals::poison`). Where no stream's events need to know of another stream's, it
/// may have a function in its namespace that puts together two models of different streams; several
/// workers then rebuild it side by side:
///
///     void merge(balances& whole, balances&& part);
template <class T>
concept projection = described<T> && std::default_initializable<T> && std::same_as<
    std::remove_cvref_t<decltype(T::name)>, projection_name>;

/// A process manager: described state that starts as `T{}`, and a durable name. It reacts to events
/// of aggregates by commands for others. For each thing that it reacts to, the domain has a
/// function in the namespace of the state (`<annals/messages/process_manager.hpp>`):
///
///     annals::reaction react(transfer& self, const annals::recorded<money_withdrawn>& event);
///     annals::reaction react(transfer& self, const annals::refused<deposit>& command);
///     annals::reaction react(transfer& self, const annals::due<reminder>& timer);
///
/// It changes the state as `project` changes a read model, and does nothing but that: it follows
/// from its arguments alone, takes no clock and does no input or output, so that it may be called
/// again on the same state with the same event. One instance is one correlation id: it gets all
/// events that follow from one request, and its commands carry the id on. The messages of its
/// timers are in `using timers = annals::timers<reminder>;`.
///
/// The idea is that of a saga or workflow as a pure function of an input, as in Axon's sagas and
/// Emmett's workflows.
template <class T>
concept process_manager = described<T> && std::default_initializable<T> && std::same_as<
    std::remove_cvref_t<decltype(T::name)>, process_manager_name>;

} // namespace annals

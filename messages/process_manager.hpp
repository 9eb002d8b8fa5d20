#pragma once

#include <annals/messages/reaction.hpp>

#include <concepts>
#include <type_traits>

namespace annals {

/// A process manager: described state that starts as `T{}`, and a durable name. It reacts to events
/// of aggregates by commands for others. For each thing that it reacts to, the domain has a
/// function in the namespace of the state:
///
///     annals::reaction react(transfer& self, const annals::recorded<money_withdrawn>& event);
///     annals::reaction react(transfer& self, const annals::refused<deposit>& command);
///     annals::reaction react(transfer& self, const annals::due<reminder>& timer);
///
/// It changes the state as `project` changes a read model, and does nothing but that: it follows
/// from its arguments alone, takes no clock and does no input or output, so that it may be called
/// again on the same state with the same event, and the testing kit (`<annals/testing.hpp>`,
/// `given_process`) tests it by calling it. One instance is one correlation id: it gets all events
/// that follow from one request, and its commands carry the id on.
///
/// Nodes do not run process managers yet, and `annals::domain` does not take them; what is here is
/// the domain's side. The idea is that of a saga or workflow as a pure function of an input, as in
/// Axon's sagas and Emmett's workflows.

namespace detail {

// Outside of any class, so that overloads are found beside the domain's types and only there.
template <class Process, class Input>
auto call_react(Process& self, const Input& input) -> decltype(react(self, input)) {
  return react(self, input);
}

template <class Process, class Input>
concept reacts = requires(Process& self, const Input& input) {
  { call_react(self, input) } -> std::convertible_to<reaction>;
};

} // namespace detail

} // namespace annals

#pragma once

#include <annals/messages/reaction.hpp>

#include <concepts>
#include <type_traits>

namespace annals {

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

#pragma once

#include <annals/messages/testing/checks.hpp>
#include <annals/messages/testing/encoded.hpp>
#include <annals/messages/testing/from.hpp>
#include <annals/messages/testing/story.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace annals::testing {

/// A read model after some events, in a test. A value: a copy goes its own way.
template <projection Projection>
class projected {
public:
  projected() : story_{Projection::name.text()} {}

  /// Takes in more events.
  template <class... Events>
  [[nodiscard]] projected given(const told<Events...>& past) const {
    auto next = *this;
    if constexpr ((detail::check_projected<Projection, Events>::good && ...))
      std::apply([&](const auto&... event) { (next.take(past, event), ...); }, past.events);
    return next;
  }

  /// Compares the model as JSON, member by member.
  const projected& then(const Projection& expected) const {
    story_.expect_json(detail::encode_state(expected), detail::encode_state(model_));
    return *this;
  }

  /// Calls `look` with the model: it checks by the means of the test framework, or returns whether
  /// the model is right.
  template <std::invocable<const Projection&> Look>
  const projected& then(Look look) const {
    if constexpr (std::same_as<std::invoke_result_t<Look, const Projection&>, bool>) {
      if (!look(model_))
        story_.fail("the model is " + detail::encode_state(model_));
    } else {
      look(model_);
    }
    return *this;
  }

private:
  template <class... Events, class Event>
  void take(const told<Events...>& past, const Event& event) {
    auto text = detail::encode_event(event);
    story_.tell("given", past.id + ": " + text.text);
    if (text.failed)
      story_.fail("an event that no store has");
    try {
      const auto told_of = numbers_.record(past.id, past.time, past.correlation_id, event);
      annals::detail::call_project(model_, told_of);
    } catch (...) {
      story_.fail("project threw: " + what_was_thrown());
    }
  }

  Projection model_{};
  detail::log_numbers numbers_;
  detail::story story_;
};

/// The beginning of a test of a projection:
///
///     given_projection<balances>(from("acc-1", money_deposited{100}), from("acc-2", …))
///         .then(balances{…});
///
/// Calls the domain's `project`, no more. What is not as the test says throws `mismatch`.
template <projection Projection, class... Histories>
[[nodiscard]] projected<Projection> given_projection(const Histories&... past) {
  projected<Projection> model;
  ((model = model.given(past)), ...);
  return model;
}

} // namespace annals::testing

#pragma once

#include <annals/messages/testing/checks.hpp>
#include <annals/messages/testing/encoded.hpp>
#include <annals/messages/testing/from.hpp>
#include <annals/messages/testing/story.hpp>
#include <annals/messages/typed_process.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace annals::testing {

using annals::to;

/// A timer that a test expects: `after(10min, reminder{})`.
template <described Message>
set_timer after(std::chrono::milliseconds length, Message message) {
  return {length, command_body::of(std::move(message))};
}

namespace detail {

/// "bank.account acc-2: deposit {"cents":30}".
std::string text_of(const sent_command& command);
/// "after PT600S: reminder {}".
std::string text_of(const set_timer& timer);

/// A described input of another kind than an event.
template <class Message>
encoded encode_input(const due<Message>& timer) {
  auto text = encode_command(timer.message);
  return {"due: " + text.text, text.failed};
}
template <class Command>
encoded encode_input(const refused<Command>& command) {
  auto text = encode_command(command.command);
  return {"refused (" + to_string(command.why) + "): " + command.id + ": " + text.text,
          text.failed};
}

} // namespace detail

/// A process manager after some inputs, in a test; the `then…` look at its last reaction. A value:
/// a copy goes its own way.
template <process_manager Process>
class process {
public:
  process() : story_{Process::name.text()} {}

  /// Reacts to an event `from(id, event)`, a timer `due<Message>{…}` or a `refused<Command>{…}`.
  template <class Event>
  [[nodiscard]] process when(const told<Event>& event) const {
    return next("when", event);
  }
  template <class Message>
  [[nodiscard]] process when(const due<Message>& timer) const {
    return next("when", timer);
  }
  template <class Command>
  [[nodiscard]] process when(const refused<Command>& command) const {
    return next("when", command);
  }

  /// Takes in more of the past, whose reactions are not looked at.
  template <class Input>
  [[nodiscard]] process given(const Input& past) const {
    return next("given", past);
  }

  /// These commands, in this order, compared as JSON; none for `then_commands()`.
  template <std::same_as<sent_command>... Commands>
  const process& then_commands(const Commands&... expected) const {
    detail::text_lines actual;
    for (const auto& command : reaction_.commands())
      actual.push_back(detail::text_of(command));
    story_.expect_same({detail::text_of(expected)...}, actual, "no commands");
    return *this;
  }

  /// These timers, in this order; none for `then_timers()`.
  template <std::same_as<set_timer>... Timers>
  const process& then_timers(const Timers&... expected) const {
    detail::text_lines actual;
    for (const auto& timer : reaction_.timers())
      actual.push_back(detail::text_of(timer));
    story_.expect_same({detail::text_of(expected)...}, actual, "no timers");
    return *this;
  }

  /// Whether the reaction ends the process.
  const process& then_completed(bool expected = true) const {
    auto text = [](bool completed) { return completed ? "completed" : "not completed"; };
    story_.expect_same({text(expected)}, {text(reaction_.completes())}, "");
    return *this;
  }

  /// Compares the state as JSON.
  const process& then_state(const Process& expected) const {
    story_.expect_json(detail::encode_state(expected), detail::encode_state(state_));
    return *this;
  }

private:
  template <class Input>
  process next(std::string_view label, const Input& input) const {
    auto after_it = *this;
    after_it.take(label, input);
    return after_it;
  }

  template <class... Events>
  void take(std::string_view label, const told<Events...>& past) {
    auto one = [&](const auto& event) {
      auto text = detail::encode_event(event);
      const auto told_of = numbers_.record(past.id, past.time, past.correlation_id, event);
      react_to(label, {past.id + ": " + text.text, text.failed}, told_of);
    };
    std::apply([&](const auto&... event) { (one(event), ...); }, past.events);
  }

  template <class Input>
  void take(std::string_view label, const Input& input) {
    react_to(label, detail::encode_input(input), input);
  }

  template <class Input>
  void react_to(std::string_view label, detail::encoded text, const Input& input) {
    story_.tell(label, text.text);
    if (text.failed)
      story_.fail("an input that cannot be stored");
    if constexpr (detail::check_reacts<Process, Input>::good) {
      try {
        reaction_ = annals::detail::call_react(state_, input);
        for (const auto& timer : reaction_.timers())
          if (!annals::detail::lists_timer<Process>(timer.message.name()))
            story_.fail("the timer " + std::string{timer.message.name()}
                        + " is not in the list Process::timers");
      } catch (...) {
        story_.fail("react threw: " + what_was_thrown());
      }
    }
  }

  Process state_{};
  reaction reaction_;
  detail::log_numbers numbers_;
  detail::story story_;
};

/// The beginning of a test of a process manager:
///
///     given_process<transfer>(from("acc-1", transfer_requested{"acc-2", 30}))
///         .when(from("acc-1", money_withdrawn{30}))
///         .then_commands(to<account>("acc-2", deposit{30}));
///
/// Calls the domain's `react`, no more. What is not as the test says throws `mismatch`.
template <process_manager Process, class... Inputs>
[[nodiscard]] process<Process> given_process(const Inputs&... past) {
  process<Process> self;
  ((self = self.given(past)), ...);
  return self;
}

} // namespace annals::testing

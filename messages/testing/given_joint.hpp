#pragma once

#include <annals/messages/testing/checks.hpp>
#include <annals/messages/testing/encoded.hpp>
#include <annals/messages/testing/story.hpp>
#include <annals/messages/typed_joint.hpp>

#include <concepts>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace annals::testing {

template <class Command, class Participants>
class jointly_decided;

/// The participants of a joint command after some events, in a test. A value: a copy goes its own
/// way. See `given_joint`.
template <class Command, class Participants>
class joint_situation;
template <class Command, class... Aggregates>
class joint_situation<Command, participants<Aggregates...>> {
public:
  using decided = jointly_decided<Command, participants<Aggregates...>>;

  /// Participants without events.
  joint_situation() : story_{command_name_of<Command>()} {}

  /// A part each, in order: an event, `annals::no_events`, or `{several, of, them}`.
  joint_situation(const joint_part<Aggregates>&... past) : joint_situation{} {
    for_each(
        [&]<std::size_t I>(std::integral_constant<std::size_t, I>, const auto& part) {
          for (const auto& happened : part.events())
            std::visit([&](const auto& event) { take<I>(event); }, happened);
        },
        past...);
  }

  /// Decides a command and takes in the events that it leads to.
  [[nodiscard]] decided when(const Command& command) const {
    decided next{*this};
    if constexpr (annals::detail::check_joint_decide<Command, participants<Aggregates...>>::good)
      next.decide_on(command);
    return next;
  }

  /// Compares the states, a participant each, as JSON.
  const joint_situation& then_state(const Aggregates&... expected) const {
    auto checked = story_;
    checked.go_on();
    checked.expect_json(
        encode_states(expected...),
        std::apply([](const auto&... all) { return encode_states(all...); }, states_));
    return *this;
  }

protected:
  // Calls `visit` with the number of each participant and what belongs to it.
  template <class Visit, class... Items>
  static void for_each(Visit visit, const Items&... items) {
    [&]<std::size_t... Is>(std::index_sequence<Is...>) {
      (visit(std::integral_constant<std::size_t, Is>{}, items), ...);
    }
    (std::index_sequence_for<Items...>{});
  }

  // Participants are told apart by their number: the ids are not known before the command.
  template <std::size_t Participant, class Event>
  static detail::encoded encode(const Event& event) {
    auto text = detail::encode_event(event);
    text.text.insert(0, std::to_string(Participant + 1) + ": ");
    return text;
  }

  static std::string encode_states(const Aggregates&... states) {
    std::string all;
    ((all += (all.empty() ? "[" : ",") + detail::encode_state(states)), ...);
    return all + ']';
  }

  template <std::size_t Participant, class Event>
  void take(const Event& event) {
    auto text = encode<Participant>(event);
    if (text.failed)
      story_.fail(text.text);
    story_.tell("given", std::move(text.text));
    try {
      evolve<Participant>(event);
    } catch (...) {
      story_.fail("evolve threw: " + what_was_thrown());
    }
  }

  template <std::size_t Participant, class Event>
  void evolve(const Event& event) {
    auto& state = std::get<Participant>(states_);
    state = annals::detail::call_evolve(std::move(state), event);
  }

  std::tuple<Aggregates...> states_{};
  detail::story story_;
};

/// The participants of a joint command after it, in a test: one of its `then…` says what the
/// command has to lead to. A `when` without one wants the command to be accepted.
template <class Command, class... Aggregates>
class jointly_decided<Command, participants<Aggregates...>>
    : public joint_situation<Command, participants<Aggregates...>> {
  using situation = joint_situation<Command, participants<Aggregates...>>;

public:
  /// A part each, in order, compared as JSON.
  situation then(const joint_part<Aggregates>&... expected) const {
    auto next = *this;
    detail::text_lines lines;
    this->for_each(
        [&]<std::size_t I>(std::integral_constant<std::size_t, I>, const auto& part) {
          for (const auto& happened : part.events())
            lines.push_back(std::visit(
                [](const auto& event) { return situation::template encode<I>(event).text; },
                happened));
        },
        expected...);
    next.story_.expect_effects(lines);
    return next;
  }

  /// Accepted, and nothing happened anywhere.
  situation then_no_events() const {
    auto next = *this;
    next.story_.expect_effects({});
    return next;
  }

  /// Rejected, for whatever reason.
  situation then_rejected() const { return rejected(std::nullopt); }

  /// Rejected for exactly this reason.
  situation then_rejected(std::string_view reason) const { return rejected(reason); }

private:
  friend situation;

  explicit jointly_decided(const situation& before) : situation{before} {}

  situation rejected(std::optional<std::string_view> reason) const {
    auto next = *this;
    next.story_.expect_rejection(reason);
    return next;
  }

  void decide_on(const Command& command) {
    this->story_.go_on();
    this->story_.tell("when", detail::encode_command(command).text);
    detail::outcome what;
    auto found = find_participants(annals::detail::joint_type_of<Command>(), &command);
    try {
      if (found)
        settle(what, std::apply(
                         [&](const auto&... states) -> joint_decision<Aggregates...> {
                           return annals::detail::call_decide_jointly(command, states...);
                         },
                         this->states_));
      else
        what = {{}, "refused: " + found.error().message};
    } catch (...) {
      what = {{}, "threw: " + what_was_thrown()};
    }
    this->story_.put(std::move(what));
  }

  void settle(detail::outcome& what, const joint_decision<Aggregates...>& answer) {
    if (answer.rejected()) {
      what = {{}, "rejected: " + std::string{answer.reason()}, true};
      return;
    }
    [&]<std::size_t... Is>(std::index_sequence<Is...>) {
      (settle<Is>(what, answer.template part<Is>()), ...);
    }
    (std::index_sequence_for<Aggregates...>{});
  }

  template <std::size_t Participant, class Part>
  void settle(detail::outcome& what, const Part& part) {
    for (const auto& happened : part.events())
      std::visit(
          [&](const auto& event) {
            auto text = situation::template encode<Participant>(event);
            if (text.failed && what.trouble.empty())
              what = {{}, std::move(text.text)};
            if (!what.trouble.empty())
              return;
            this->template evolve<Participant>(event);
            what.effects.push_back(std::move(text.text));
          },
          happened);
  }
};

/// The beginning of a test of a joint command, with the events that each of its participants has
/// behind it, in their order:
///
///     given_joint<transfer>(money_deposited{100}, annals::no_events)
///         .when(transfer{"acc-1", "acc-2", 30})
///         .then(money_withdrawn{30}, money_deposited{30});
///     given_joint<transfer>().when(transfer{"acc-1", "acc-2", 30}).then_rejected();
///
/// Calls the domain's `participants_of`, `decide` and `evolve`, no more; otherwise as `given`.
template <joint_command Command>
using given_joint = joint_situation<Command, annals::detail::participants_type<Command>>;

} // namespace annals::testing

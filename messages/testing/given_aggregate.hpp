#pragma once

#include <annals/messages/testing/checks.hpp>
#include <annals/messages/testing/encoded.hpp>
#include <annals/messages/testing/story.hpp>

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace annals::testing {

template <aggregate Aggregate>
class decided;

/// An aggregate instance after some events, in a test. A value: a copy goes its own way.
template <aggregate Aggregate>
class situation {
public:
  template <class... Events>
  explicit situation(const Events&... past) : story_{Aggregate::name.text()} {
    if constexpr ((detail::check_given<Aggregate, Events>::good && ...))
      (take(past), ...);
  }

  /// Decides a command and takes in the events that it leads to.
  template <class Command>
  [[nodiscard]] decided<Aggregate> when(const Command& command) const {
    decided<Aggregate> next{*this};
    if constexpr (detail::check_when<Aggregate, Command>::good)
      next.decide_on(command);
    return next;
  }

  /// Compares the state as JSON.
  const situation& then_state(const Aggregate& expected) const {
    auto checked = story_;
    checked.go_on();
    checked.expect_json(detail::encode_state(expected), detail::encode_state(state_));
    return *this;
  }

  /// Calls `look` with the state: it checks by the means of the test framework, or returns whether
  /// the state is right.
  template <std::invocable<const Aggregate&> Look>
  const situation& then_state(Look look) const {
    auto checked = story_;
    checked.go_on();
    if constexpr (std::same_as<std::invoke_result_t<Look, const Aggregate&>, bool>) {
      if (!look(state_))
        checked.fail("the state is " + detail::encode_state(state_));
    } else {
      look(state_);
    }
    return *this;
  }

protected:
  template <class Event>
  void take(const Event& event) {
    auto text = detail::encode_event(event);
    if (text.failed)
      story_.fail(text.text);
    story_.tell("given", std::move(text.text));
    try {
      state_ = annals::detail::call_evolve(std::move(state_), event);
    } catch (...) {
      story_.fail("evolve threw: " + what_was_thrown());
    }
  }

  Aggregate state_{};
  detail::story story_;
};

/// An aggregate instance after a command, in a test: one of its `then…` says what the command has
/// to lead to. A `when` without one wants the command to be accepted.
template <aggregate Aggregate>
class decided : public situation<Aggregate> {
public:
  /// These events, in this order, compared as JSON. None at all is `then_no_events`.
  template <class... Events>
    requires(sizeof...(Events) > 0)
  situation<Aggregate> then(const Events&... expected)
  const {
    auto next = *this;
    if constexpr ((detail::check_given<Aggregate, Events>::good && ...))
      next.story_.expect_effects({detail::encode_event(expected).text...});
    return next;
  }

  /// Accepted, and nothing happened.
  situation<Aggregate> then_no_events() const {
    auto next = *this;
    next.story_.expect_effects({});
    return next;
  }

  /// Rejected, for whatever reason.
  situation<Aggregate> then_rejected() const { return rejected(std::nullopt); }

  /// Rejected for exactly this reason.
  situation<Aggregate> then_rejected(std::string_view reason) const { return rejected(reason); }

private:
  friend class situation<Aggregate>;

  explicit decided(const situation<Aggregate>& before) : situation<Aggregate>{before} {}

  situation<Aggregate> rejected(std::optional<std::string_view> reason) const {
    auto next = *this;
    next.story_.expect_rejection(reason);
    return next;
  }

  template <class Command>
  void decide_on(const Command& command) {
    this->story_.go_on();
    this->story_.tell("when", detail::encode_command(command).text);
    detail::outcome what;
    try {
      settle(what, annals::detail::call_decide(std::as_const(this->state_), command));
    } catch (...) {
      what = {{}, "threw: " + what_was_thrown()};
    }
    this->story_.put(std::move(what));
  }

  template <class... Events>
  void settle(detail::outcome& what, const decision<Events...>& answer) {
    if (answer.rejected())
      return settle(what, reject(answer.reason()));
    for (const auto& happened : answer.events())
      std::visit([&](const auto& event) { settle(what, event); }, happened);
  }

  template <class Event>
  void settle(detail::outcome& what, const Event& event) {
    auto text = detail::encode_event(event);
    if (text.failed && what.trouble.empty())
      what = {{}, std::move(text.text)};
    if (!what.trouble.empty())
      return;
    this->state_ = annals::detail::call_evolve(std::move(this->state_), event);
    what.effects.push_back(std::move(text.text));
  }

  void settle(detail::outcome& what, const rejection& why) {
    what = {{}, "rejected: " + std::string{why.reason()}, true};
  }

  void settle(detail::outcome&, no_events_t) {}
};

/// The beginning of a test of an aggregate, which has the given events behind it:
///
///     given<account>(money_deposited{100}).when(withdraw{30}).then(money_withdrawn{30});
///     given<account>().when(withdraw{1}).then_rejected("insufficient funds");
///
/// Calls the domain's `decide` and `evolve`, no more: no actor, no store, no thread. Each event
/// also goes to JSON and back, as in a store. What is not as the test says throws `mismatch`. The
/// form is that of the test fixtures of Axon, cqrs-es and Emmett.
template <aggregate Aggregate, class... Events>
[[nodiscard]] situation<Aggregate> given(const Events&... past) {
  return situation<Aggregate>{past...};
}

} // namespace annals::testing

#pragma once

#include <annals/messages/testing/diff.hpp>
#include <annals/messages/thrown.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::testing::detail {

/// What one `when` led to, as text.
struct outcome {
  /// An event, a command or another effect each: "bank.credited {"cents":30}".
  text_lines effects;
  /// Why there are none: "rejected: …", "threw: …". Effects are then empty.
  std::string trouble;
  bool rejected = false;
};

/// What a test has said so far, and the comparison of what it expects with what happened.
class story {
public:
  explicit story(std::string_view subject) : subject_{subject} {}

  /// Adds a line under "given", "when" or "then".
  void tell(std::string_view label, std::string text);

  /// Puts what the last `when` led to. One that was not accepted has to be looked at by a `then…`
  /// before anything else is asked.
  void put(outcome what) { outcome_ = std::move(what); }

  /// Throws `mismatch` where the last `when` was not accepted and no `then…` expected that;
  /// otherwise what it led to becomes a part of the story.
  void go_on();

  /// Each throws `mismatch` unless the outcome is the one expected; the next `when` then begins
  /// anew.
  void expect_effects(const text_lines& expected);
  void expect_rejection(std::optional<std::string_view> reason);

  /// Throws `mismatch` with a diff of the members unless both are the same JSON.
  void expect_json(std::string_view expected, std::string_view actual) const;

  /// Throws `mismatch`: what happened is of no use to the test, "evolve threw: …".
  [[noreturn]] void fail(std::string why) const;

  /// Compares two lists of one kind, such as the timers of a reaction.
  void expect_same(const text_lines& expected, const text_lines& actual,
                   std::string_view nothing) const;

private:
  struct step {
    std::string label;
    std::string text;
  };

  text_lines happened(std::string_view nothing) const;
  [[noreturn]] void fail_with(text_lines marked) const;

  std::string subject_;
  std::vector<step> told_;
  outcome outcome_;
};

} // namespace annals::testing::detail

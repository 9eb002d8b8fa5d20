#include <annals/testing.hpp>

#include "tests/messages/testing_domain.hpp"

#include <catch2/catch.hpp>

namespace till {

/// Looks at an inspector, who gets no events.
struct inspector {
  static constexpr annals::aggregate_name name{"till.inspector"};
  using commands = annals::commands<>;
  using events = annals::events<noted>;
  bool objects = false;
};
BOOST_DESCRIBE_STRUCT(inspector, (), (objects))
inline inspector evolve(inspector, const noted&) { return {true}; }

struct carry {
  std::string from;
  std::string to;
  std::string by;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(carry, (), (from, to, by, cents))
inline annals::participants<till, till, inspector> participants_of(const carry& command) {
  return {command.from, command.to, command.by};
}
inline annals::joint_decision<till, till, inspector>
decide(const till& from, const till&, const inspector& by, const carry& command) {
  if (by.objects)
    return annals::reject("the inspector objects");
  if (command.cents > from.balance)
    throw std::runtime_error{"no such money"};
  if (command.cents == 0)
    return annals::no_events;
  return {
      paid_out{command.cents}, {paid_in{command.cents}, noted{"carried", {}}}, annals::no_events};
}

} // namespace till

using namespace annals::testing;
using namespace till;

namespace {

template <class Test>
std::string complaint(Test test) {
  try {
    test();
  } catch (const mismatch& why) {
    return why.what();
  }
  return "nothing";
}

} // namespace

TEST_CASE("a joint command is tested by the events of each participant, and goes on from there") {
  given_joint<carry>({paid_in{60}, paid_in{40}}, annals::no_events, annals::no_events)
      .when(carry{"a", "b", "c", 30})
      .then(paid_out{30}, {paid_in{30}, noted{"carried", {}}}, annals::no_events)
      .then_state({70, 0}, {30, 1}, {})
      .when(carry{"a", "b", "c", 0})
      .then_no_events()
      .when(carry{"a", "b", "c", 70})
      .then_state({0, 0}, {100, 2}, {});
  given_joint<carry>(paid_in{1}, annals::no_events, noted{"no", {}})
      .when(carry{"a", "b", "c", 1})
      .then_rejected("the inspector objects")
      .when(carry{"a", "b", "c", 2})
      .then_rejected();
}

TEST_CASE("an event of another participant than expected is shown with the participant's number") {
  CHECK(complaint([] {
          given_joint<carry>(paid_in{5}, annals::no_events, annals::no_events)
              .when(carry{"a", "b", "c", 5})
              .then(annals::no_events, {paid_out{5}, paid_in{5}, noted{"carried", {}}},
                    annals::no_events);
        })
        == "carry: not what the test says (- expected, + happened)\n"
           "  given 1: till.paid_in {\"cents\":5}\n"
           "  when  carry {\"from\":\"a\",\"to\":\"b\",\"by\":\"c\",\"cents\":5}\n"
           "  then  - 2: till.paid_out {\"cents\":5}\n"
           "        + 1: till.paid_out {\"cents\":5}\n"
           "          2: till.paid_in {\"cents\":5}\n"
           "          2: till.noted {\"text\":\"carried\",\"pages\":[]}");
}

TEST_CASE("a joint command that throws, or names an instance twice, is not accepted") {
  auto threw = complaint([] {
    given_joint<carry>().when(carry{"a", "b", "c", 1}).then_no_events();
  });
  CHECK(threw.find("threw: no such money") != std::string::npos);
  auto twice = complaint([] {
    given_joint<carry>().when(carry{"a", "a", "c", 0}).then_no_events();
  });
  CHECK(twice.find("refused: the command carry names 'till.till-a' twice") != std::string::npos);
  auto unlooked = complaint([] {
    given_joint<carry>(annals::no_events, annals::no_events, noted{"no", {}})
        .when(carry{"a", "b", "c", 0})
        .then_state({0, 0}, {0, 0}, {true});
  });
  CHECK(unlooked.find("+ rejected: the inspector objects") != std::string::npos);
}

#include <annals/testing.hpp>

#include "tests/messages/testing_domain.hpp"

#include <catch2/catch.hpp>

using namespace annals::testing;
using namespace std::chrono_literals;

namespace till {

struct reminder {
  std::int64_t attempt = 0;
};
BOOST_DESCRIBE_STRUCT(reminder, (), (attempt))

/// Brings what is paid into one till to another, and gives it back where that is not possible.
struct transfer {
  static constexpr annals::process_manager_name name{"till.transfer"};
  using timers = annals::timers<reminder>;
  std::string source;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (source, cents))

annals::reaction react(transfer& self, const annals::recorded<paid_out>& event) {
  self = {event.id, event->cents};
  return annals::reaction{annals::to<till>("safe", pay_in{event->cents})}.after(10min, reminder{1});
}
annals::reaction react(transfer&, const annals::recorded<paid_in>&) {
  return annals::reaction{}.complete();
}
annals::reaction react(transfer& self, const annals::refused<pay_in>& command) {
  return annals::to<till>(self.source, pay_in{command->cents});
}
annals::reaction react(transfer& self, const annals::due<reminder>& timer) {
  if (timer->attempt > 1)
    return {};
  return annals::to<till>("safe", pay_in{self.cents});
}

struct alarm {};
BOOST_DESCRIBE_STRUCT(alarm, (), ())

/// Sets a timer that it does not list.
struct forgetful {
  static constexpr annals::process_manager_name name{"till.forgetful"};
};
BOOST_DESCRIBE_STRUCT(forgetful, (), ())
annals::reaction react(forgetful&, const annals::recorded<paid_in>&) {
  return annals::reaction{}.after(10min, alarm{});
}

} // namespace till

using namespace till;

TEST_CASE("a process manager is tested by what it sends, sets and ends") {
  given_process<transfer>()
      .when(from("a", paid_out{30}))
      .then_commands(to<till::till>("safe", pay_in{30}))
      .then_timers(after(10min, reminder{1}))
      .then_completed(false)
      .then_state({"a", 30})
      .when(from("safe", paid_in{30}))
      .then_commands()
      .then_timers()
      .then_completed();
}

TEST_CASE("a refused command and a timer are inputs like events") {
  const auto under_way = given_process<transfer>(from("a", paid_out{30}));
  under_way.when(annals::refused<pay_in>{"safe", {30}, {annals::errc::rejected, "it is full"}})
      .then_commands(to<till::till>("a", pay_in{30}));
  under_way.when(annals::due<reminder>{{1}}).then_commands(to<till::till>("safe", pay_in{30}));
  under_way.when(annals::due<reminder>{{2}}).then_commands();
}

TEST_CASE("commands and timers that differ are shown with whom they are for and when") {
  const auto paid = given_process<transfer>().when(from("a", paid_out{30}));
  CHECK_THROWS_WITH(paid.then_commands(to<till::till>("b", pay_in{30})),
                    "till.transfer: not what the test says (- expected, + happened)\n"
                    "  when  a: till.paid_out {\"cents\":30}\n"
                    "  then  - till.till b: pay_in {\"cents\":30}\n"
                    "        + till.till safe: pay_in {\"cents\":30}");
  CHECK_THROWS_WITH(paid.then_timers(),
                    "till.transfer: not what the test says (- expected, + happened)\n"
                    "  when  a: till.paid_out {\"cents\":30}\n"
                    "  then  - no timers\n"
                    "        + after PT600S: reminder {\"attempt\":1}");
  CHECK_THROWS_WITH(paid.then_completed(),
                    Catch::EndsWith("then  - completed\n        + not completed"));
  CHECK_THROWS_WITH(
      given_process<transfer>()
          .when(annals::refused<pay_in>{"safe", {30}, {annals::errc::rejected, "it is full"}})
          .then_commands(),
      Catch::Contains("when  refused (rejected: it is full): safe: pay_in {\"cents\":30}"));
}

TEST_CASE("a timer that the process manager does not list fails the test") {
  CHECK_THROWS_WITH(given_process<forgetful>().when(from("a", paid_in{1})),
                    Catch::Contains("alarm is not in the list Process::timers"));
}

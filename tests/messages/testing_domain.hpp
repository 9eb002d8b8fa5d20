#pragma once

#include <annals/domain.hpp>

#include <stdexcept>

/// What the tests of the testing kit look at.
namespace till {

struct pay_in {
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(pay_in, (), (cents))
struct pay_out {
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(pay_out, (), (cents))
/// Leads to what its text says: nothing, two events, an exception, an event that has no JSON.
struct do_oddly {
  std::string how;
};
BOOST_DESCRIBE_STRUCT(do_oddly, (), (how))

struct paid_in {
  static constexpr annals::event_name name{"till.paid_in"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(paid_in, (), (cents))
struct paid_out {
  static constexpr annals::event_name name{"till.paid_out"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(paid_out, (), (cents))
struct noted {
  static constexpr annals::event_name name{"till.noted"};
  std::string text;
  std::vector<std::int64_t> pages;
};
BOOST_DESCRIBE_STRUCT(noted, (), (text, pages))

struct till {
  static constexpr annals::aggregate_name name{"till.till"};
  using commands = annals::commands<pay_in, pay_out, do_oddly>;
  using events = annals::events<paid_in, paid_out, noted>;
  std::int64_t balance = 0;
  std::int64_t notes = 0;
};
BOOST_DESCRIBE_STRUCT(till, (), (balance, notes))

inline paid_in decide(const till&, const pay_in& command) { return {command.cents}; }
inline annals::decision<paid_out> decide(const till& self, const pay_out& command) {
  if (command.cents > self.balance)
    return annals::reject("insufficient funds");
  return paid_out{command.cents};
}
inline annals::decision<paid_in, noted> decide(const till&, const do_oddly& command) {
  if (command.how == "nothing")
    return annals::no_events;
  if (command.how == "throw")
    throw std::runtime_error{"no reason at all"};
  if (command.how == "unstorable")
    return noted{"\xff", {}};
  return {paid_in{1}, noted{command.how, {1, 2}}};
}
inline till evolve(till self, const paid_in& event) {
  self.balance += event.cents;
  return self;
}
inline till evolve(till self, const paid_out& event) {
  self.balance -= event.cents;
  return self;
}
inline till evolve(till self, const noted& event) {
  if (event.text == "evolve throws")
    throw std::runtime_error{"no such page"};
  ++self.notes;
  return self;
}

struct sums {
  static constexpr annals::projection_name name{"till.sums"};
  std::map<std::string, std::int64_t> of;
  annals::timestamp last{};
  std::uint64_t versions = 0;
};
BOOST_DESCRIBE_STRUCT(sums, (), (of, last, versions))
inline void project(sums& model, const annals::recorded<paid_in>& event) {
  model.of[event.id] += event->cents;
  model.last = event.time;
  model.versions += event.version;
}

} // namespace till

#pragma once

#include <annals/messages/domain.hpp>
#include <annals/messages/domain_list.hpp>
#include <annals/messages/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

/// A small domain for the tests of the command line.
namespace ledger {

/// Text that stops whoever reads or decides on it where it says so, until the test goes on: then
/// a signal comes exactly in the middle. With the environment variable LEDGER_PAUSE set to a
/// folder, it makes the file "paused" there and waits for the file "go".
void pause_here();

/// A text that is "pause" pauses when it is decoded.
struct note {
  std::string text;
};

struct deposit {
  static constexpr annals::command_name name{"deposit"};
  std::int64_t cents = 0;
  std::optional<note> remark;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents, remark))

struct withdraw {
  static constexpr annals::command_name name{"withdraw"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdraw, (), (cents))

/// Changes nothing.
struct look {
  static constexpr annals::command_name name{"look"};
};
BOOST_DESCRIBE_STRUCT(look, (), ())

/// Pauses while it is decided, then deposits a cent.
struct ponder {
  static constexpr annals::command_name name{"ponder"};
};
BOOST_DESCRIBE_STRUCT(ponder, (), ())

struct deposited {
  static constexpr annals::event_name name{"ledger.deposited"};
  std::int64_t cents = 0;
  std::optional<note> remark;
};
BOOST_DESCRIBE_STRUCT(deposited, (), (cents, remark))

struct withdrawn {
  static constexpr annals::event_name name{"ledger.withdrawn"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdrawn, (), (cents))

struct account {
  static constexpr annals::aggregate_name name{"ledger.account"};
  using commands = annals::commands<deposit, withdraw, look, ponder>;
  using events = annals::events<deposited, withdrawn>;
  std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (balance))

inline annals::decision<deposited> decide(const account&, const deposit& cmd) {
  if (cmd.cents <= 0)
    return annals::reject("a deposit is more than nothing");
  return deposited{cmd.cents, cmd.remark};
}
inline annals::decision<withdrawn> decide(const account& self, const withdraw& cmd) {
  if (cmd.cents > self.balance)
    return annals::reject("insufficient funds");
  return withdrawn{cmd.cents};
}
inline annals::decision<deposited> decide(const account&, const look&) { return annals::no_events; }
inline annals::decision<deposited> decide(const account&, const ponder&) {
  pause_here();
  return deposited{1, {}};
}
inline account evolve(account self, const deposited& event) {
  self.balance += event.cents;
  return self;
}
inline account evolve(account self, const withdrawn& event) {
  self.balance -= event.cents;
  return self;
}

struct write_line {
  static constexpr annals::command_name name{"write_line"};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(write_line, (), (text))

struct line_written {
  static constexpr annals::event_name name{"ledger.line_written"};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(line_written, (), (text))

struct page {
  static constexpr annals::aggregate_name name{"ledger.page"};
  using commands = annals::commands<write_line>;
  using events = annals::events<line_written>;
  std::int64_t lines = 0;
};
BOOST_DESCRIBE_STRUCT(page, (), (lines))

inline annals::decision<line_written> decide(const page&, const write_line& cmd) {
  return line_written{cmd.text};
}
inline page evolve(page self, const line_written&) {
  ++self.lines;
  return self;
}

struct balances {
  static constexpr annals::projection_name name{"balances"};
  std::map<std::string, std::int64_t> by_account;
};
BOOST_DESCRIBE_STRUCT(balances, (), (by_account))

inline void project(balances& self, const annals::recorded<deposited>& event) {
  self.by_account[event.id] += event->cents;
}
inline void project(balances& self, const annals::recorded<withdrawn>& event) {
  self.by_account[event.id] -= event->cents;
}

/// Parks what says "poison", unless the environment has LEDGER_MENDED.
struct lines {
  static constexpr annals::projection_name name{"lines"};
  static constexpr auto on_poison = annals::poison::park;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(lines, (), (count))

inline void project(lines& self, const annals::recorded<line_written>& event) {
  ++self.count;
  if (event->text == "poison" && std::getenv("LEDGER_MENDED") == nullptr)
    throw std::runtime_error{"cannot count poison"};
}

} // namespace ledger

template <>
struct annals::json_codec<ledger::note> {
  static void write(json_out& out, const ledger::note& value) { out.string(value.text); }
  static bool read(const boost::json::value& json, ledger::note& value, json_in& in) {
    bool good = json_codec<std::string>::read(json, value.text, in);
    if (value.text == "pause")
      ledger::pause_here();
    return good;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}};
  }
};

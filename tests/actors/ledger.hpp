#pragma once

#include <annals/annals.hpp>

#include <stdexcept>

/// The domain of the actor tests: an account that also misbehaves on demand.
namespace ledger {

struct deposit {
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents))

struct withdraw {
  static constexpr annals::command_name name{"ledger.withdraw"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdraw, (), (cents))

/// Two events in one command.
struct exchange {
  std::int64_t out = 0;
  std::int64_t in = 0;
};
BOOST_DESCRIBE_STRUCT(exchange, (), (out, in))

/// Accepted, and changes nothing.
struct look {};
BOOST_DESCRIBE_STRUCT(look, (), ())

/// Whose `decide`, or whose event's `evolve` or `project`, throws.
struct misbehave {
  std::string where;
};
BOOST_DESCRIBE_STRUCT(misbehave, (), (where))

/// Whose event cannot be stored as JSON.
struct scribble {};
BOOST_DESCRIBE_STRUCT(scribble, (), ())

/// Takes a name that only one account may have, and gives the one before back.
struct rename {
  std::string to;
};
BOOST_DESCRIBE_STRUCT(rename, (), (to))

struct renamed {
  static constexpr annals::event_name name{"ledger.account_renamed"};
  std::string to;
};
BOOST_DESCRIBE_STRUCT(renamed, (), (to))

struct deposited {
  static constexpr annals::event_name name{"ledger.deposited"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposited, (), (cents))

struct withdrawn {
  static constexpr annals::event_name name{"ledger.withdrawn"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdrawn, (), (cents))

struct misbehaved {
  static constexpr annals::event_name name{"ledger.misbehaved"};
  std::string where;
};
BOOST_DESCRIBE_STRUCT(misbehaved, (), (where))

struct account {
  static constexpr annals::aggregate_name name{"ledger.account"};
  using commands = annals::commands<deposit, withdraw, exchange, look, misbehave, scribble, rename>;
  using events = annals::events<deposited, withdrawn, misbehaved, renamed>;
  std::int64_t balance = 0;
  std::string name_in_use;
};
BOOST_DESCRIBE_STRUCT(account, (), (balance, name_in_use))

inline annals::decision<deposited> decide(const account&, const deposit& command) {
  if (command.cents <= 0)
    return annals::reject("a deposit is more than 0");
  return deposited{command.cents};
}

inline annals::decision<withdrawn> decide(const account& self, const withdraw& command) {
  if (command.cents > self.balance)
    return annals::reject("insufficient funds");
  return withdrawn{command.cents};
}

inline annals::decision<withdrawn, deposited> decide(const account&, const exchange& command) {
  return {withdrawn{command.out}, deposited{command.in}};
}

inline annals::no_events_t decide(const account&, const look&) { return annals::no_events; }

inline misbehaved decide(const account&, const misbehave& command) {
  if (command.where == "decide")
    throw std::runtime_error{"decided to throw"};
  return {command.where};
}

inline misbehaved decide(const account&, const scribble&) { return {"\xff"}; }

inline annals::decision<renamed> decide(const account& self, const rename& command) {
  annals::decision<renamed> made{renamed{command.to}};
  if (!self.name_in_use.empty())
    made.release("ledger.names", self.name_in_use);
  return std::move(made).reserve("ledger.names", command.to);
}

inline account evolve(account self, const deposited& event) {
  self.balance += event.cents;
  return self;
}

inline account evolve(account self, const withdrawn& event) {
  self.balance -= event.cents;
  return self;
}

inline account evolve(account self, const renamed& event) {
  self.name_in_use = event.to;
  return self;
}

inline account evolve(account self, const misbehaved& event) {
  if (event.where == "evolve")
    throw std::runtime_error{"evolved to throw"};
  return self;
}

struct balances {
  static constexpr annals::projection_name name{"ledger.balances"};
  std::map<std::string, std::int64_t> by_account;
};
BOOST_DESCRIBE_STRUCT(balances, (), (by_account))

inline void project(balances& model, const annals::recorded<deposited>& event) {
  model.by_account[event.id] += event->cents;
}

inline void project(balances& model, const annals::recorded<withdrawn>& event) {
  model.by_account[event.id] -= event->cents;
}

/// Counts events; throws half-way through one that says so.
struct counts {
  static constexpr annals::projection_name name{"ledger.counts"};
  std::int64_t deposits = 0;
  std::int64_t misdeeds = 0;
};
BOOST_DESCRIBE_STRUCT(counts, (), (deposits, misdeeds))

inline void project(counts& model, const annals::recorded<deposited>&) { ++model.deposits; }

inline void project(counts& model, const annals::recorded<misbehaved>& event) {
  ++model.misdeeds;
  if (event->where == "project")
    throw std::runtime_error{"projected to throw"};
}

using domain = annals::domain<account, balances, counts>;

} // namespace ledger

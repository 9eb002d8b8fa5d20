#pragma once

#include <annals/domain.hpp>
#include <annals/messages/domain_list.hpp>

#include <map>
#include <string>

/// A bank's domain as it was released first.
namespace bank_before {

struct deposit {
  static constexpr annals::command_name name{"deposit"};
  std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (euros))

struct money_deposited {
  static constexpr annals::event_name name{"bank.money_deposited"};
  std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(money_deposited, (), (euros))

struct closed {
  static constexpr annals::event_name name{"bank.closed"};
};
BOOST_DESCRIBE_STRUCT(closed, (), ())
struct close {
  static constexpr annals::command_name name{"close"};
};
BOOST_DESCRIBE_STRUCT(close, (), ())

struct account {
  static constexpr annals::aggregate_name name{"bank.account"};
  using commands = annals::commands<deposit, close>;
  using events = annals::events<money_deposited, closed>;
  std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (euros))

inline money_deposited decide(const account&, const deposit& cmd) { return {cmd.euros}; }
inline closed decide(const account&, const close&) { return {}; }
inline account evolve(account self, const money_deposited& event) {
  return {self.euros + event.euros};
}
inline account evolve(account self, const closed&) { return self; }

struct balances {
  static constexpr annals::projection_name name{"bank.balances"};
  std::map<std::string, std::int64_t> of;
};
BOOST_DESCRIBE_STRUCT(balances, (), (of))
inline void project(balances& model, const annals::recorded<money_deposited>& event) {
  model.of[event.id] += event->euros;
}

using domain = annals::domain<account, balances>;

} // namespace bank_before

/// The same bank two releases later.
namespace bank {

struct deposit {
  static constexpr annals::command_name name{"deposit", 2};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents))

// [event]
struct money_deposited {
  static constexpr annals::event_name name{"bank.money_deposited", 3};
  std::int64_t cents = 0;             // since 2; in version 1 it was euros
  std::string channel = "the branch"; // since 3
};
BOOST_DESCRIBE_STRUCT(money_deposited, (), (cents, channel))
// [event]

struct account {
  static constexpr annals::aggregate_name name{"bank.account", 2};
  using commands = annals::commands<deposit>;
  using events = annals::events<money_deposited>;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (cents))

inline money_deposited decide(const account&, const deposit& cmd) { return {cmd.cents, "the app"}; }
inline account evolve(account self, const money_deposited& event) {
  return {self.cents + event.cents};
}

struct balances {
  static constexpr annals::projection_name name{"bank.balances", 2};
  std::map<std::string, std::int64_t> of;
};
BOOST_DESCRIBE_STRUCT(balances, (), (of))
inline void project(balances& model, const annals::recorded<money_deposited>& event) {
  model.of[event.id + " through " + event->channel] += event->cents;
}

// [upcasters]
struct deposit_in_cents {
  static constexpr annals::event_name from{"bank.money_deposited", 1};
  static annals::upcasted upcast(boost::json::object old) {
    boost::json::object cents{{"cents", old.at("euros").as_int64() * 100}};
    return annals::upcast_to(annals::event_name{"bank.money_deposited", 2}, std::move(cents));
  }
};

struct accounts_are_never_closed {
  static constexpr annals::event_name from{"bank.closed"};
  static annals::upcasted upcast(const boost::json::object&) { return annals::upcast_to_nothing; }
};

struct deposit_of_euros {
  static constexpr annals::command_name from{"deposit", 1};
  static deposit upcast(boost::json::object old) { return {old.at("euros").as_int64() * 100}; }
};

using domain = annals::domain<account, balances, deposit_in_cents, accounts_are_never_closed,
                              deposit_of_euros>;
// [upcasters]

/// Without the upcaster of its own event.
using forgetful = annals::domain<account, balances, accounts_are_never_closed>;

} // namespace bank

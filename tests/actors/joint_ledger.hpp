#pragma once

#include "tests/actors/ledger.hpp"

#include <functional>

/// The joint commands of the actor tests.
namespace ledger {

/// Who may pay; takes part in payments and gets no events of them.
struct block {};
BOOST_DESCRIBE_STRUCT(block, (), ())

struct blocked {
  static constexpr annals::event_name name{"ledger.customer_blocked"};
};
BOOST_DESCRIBE_STRUCT(blocked, (), ())

struct customer {
  static constexpr annals::aggregate_name name{"ledger.customer"};
  using commands = annals::commands<block>;
  using events = annals::events<blocked>;
  std::int64_t blocks = 0;
};
BOOST_DESCRIBE_STRUCT(customer, (), (blocks))

inline blocked decide(const customer&, const block&) { return {}; }
inline customer evolve(customer self, const blocked&) { return {self.blocks + 1}; }

struct transfer {
  std::string from;
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (from, to, cents))

inline annals::participants<account, account> participants_of(const transfer& command) {
  return {command.from, command.to};
}

inline annals::joint_decision<account, account> decide(const account& from, const account&,
                                                       const transfer& command) {
  if (command.cents > from.balance)
    return annals::reject("insufficient funds");
  if (command.cents == 0)
    return annals::no_events;
  return {withdrawn{command.cents}, deposited{command.cents}};
}

/// What happens while a payment is being decided: other writers, in the tests.
inline std::function<void()> meanwhile;

/// A withdrawal by a customer, who must not be blocked.
struct pay {
  static constexpr annals::command_name name{"ledger.pay"};
  std::string account_id;
  std::string customer_id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(pay, (), (account_id, customer_id, cents))

inline annals::participants<account, customer> participants_of(const pay& command) {
  return {command.account_id, command.customer_id};
}

inline annals::joint_decision<account, customer> decide(const account& from, const customer& by,
                                                        const pay& command) {
  if (meanwhile)
    meanwhile();
  if (by.blocks > 0)
    return annals::reject("the customer is blocked");
  if (command.cents > from.balance)
    return annals::reject("insufficient funds");
  return {withdrawn{command.cents}, annals::no_events};
}

/// Leads to what its text says.
struct do_oddly {
  std::string home;
  std::string other;
  std::string how;
};
BOOST_DESCRIBE_STRUCT(do_oddly, (), (home, other, how))

inline annals::participants<account, account> participants_of(const do_oddly& command) {
  if (command.how == "name nobody")
    throw std::runtime_error{"nobody takes part"};
  return {command.home, command.other};
}

inline annals::joint_decision<account, account> decide(const account&, const account&,
                                                       const do_oddly& command) {
  if (command.how == "throw")
    throw std::runtime_error{"decided to throw"};
  if (command.how == "only there")
    return {annals::no_events, {deposited{1}, deposited{2}}};
  if (command.how == "rename")
    return annals::joint_decision<account, account>{renamed{"joint"}, deposited{1}}.reserve(
        "ledger.names", "joint");
  if (command.how == "throw in evolve")
    return {misbehaved{"evolve"}, deposited{1}};
  return {deposited{1}, misbehaved{command.how}};
}

using joint_domain = annals::domain<account, customer, balances, transfer, pay, do_oddly>;

} // namespace ledger

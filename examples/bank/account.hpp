#pragma once

#include "account_moves.hpp"

#include <annals/domain.hpp>

namespace bank {

// [commands]
/// Opens the account. The password arrives as an argon2id hash (`hash_password`), never in clear.
struct open_account {
  static constexpr annals::command_name name{"open_account"};
  std::string holder;
  std::string email;
  std::string password_hash;
};
BOOST_DESCRIBE_STRUCT(open_account, (), (holder, email, password_hash))

struct change_email {
  static constexpr annals::command_name name{"change_email"};
  std::string email;
};
BOOST_DESCRIBE_STRUCT(change_email, (), (email))

/// `proven_hash` is the stored hash that the old password was found to match
/// (`prove_and_hash` makes the command): if the password has changed since, the proof is void.
struct change_password {
  static constexpr annals::command_name name{"change_password"};
  std::string proven_hash;
  std::string password_hash;
};
BOOST_DESCRIBE_STRUCT(change_password, (), (proven_hash, password_hash))

struct credit {
  static constexpr annals::command_name name{"credit"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(credit, (), (cents))

struct debit {
  static constexpr annals::command_name name{"debit"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(debit, (), (cents))

/// Closes an account that is empty; nothing is paid into it any more.
struct close_account {
  static constexpr annals::command_name name{"close_account"};
};
BOOST_DESCRIBE_STRUCT(close_account, (), ())
// [commands]

// [events]
struct account_opened {
  static constexpr annals::event_name name{"bank.account_opened"};
  std::string holder;
  std::string email;
  std::string password_hash;
};
BOOST_DESCRIBE_STRUCT(account_opened, (), (holder, email, password_hash))

struct email_changed {
  static constexpr annals::event_name name{"bank.email_changed"};
  std::string email;
};
BOOST_DESCRIBE_STRUCT(email_changed, (), (email))

struct password_changed {
  static constexpr annals::event_name name{"bank.password_changed"};
  std::string password_hash;
};
BOOST_DESCRIBE_STRUCT(password_changed, (), (password_hash))

struct account_credited {
  static constexpr annals::event_name name{"bank.account_credited"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(account_credited, (), (cents))

struct account_debited {
  static constexpr annals::event_name name{"bank.account_debited"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(account_debited, (), (cents))

struct account_closed {
  static constexpr annals::event_name name{"bank.account_closed"};
};
BOOST_DESCRIBE_STRUCT(account_closed, (), ())
// [events]

// [aggregate]
/// One bank account. Before it is opened it has no holder.
struct account {
  static constexpr annals::aggregate_name name{"bank.account", 2};
  using commands = annals::commands<open_account, change_email, change_password, credit, debit,
                                    close_account, request_transfer, refund, charge_dormancy_fee>;
  using events = annals::events<account_opened, email_changed, password_changed, account_credited,
                                account_debited, account_closed, transfer_requested,
                                account_refunded, dormancy_fee_charged>;
  std::string holder;
  std::string email;
  std::string password_hash;
  /// In whole cents, 0 or more.
  std::int64_t balance = 0;
  bool closed = false;
  /// How many events there were: it says whether anything has happened since one of them.
  std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (holder, email, password_hash, balance, closed, version))

annals::decision<account_opened> decide(const account& self, const open_account& cmd);
annals::decision<email_changed> decide(const account& self, const change_email& cmd);
annals::decision<password_changed> decide(const account& self, const change_password& cmd);
annals::decision<account_credited> decide(const account& self, const credit& cmd);
annals::decision<account_debited> decide(const account& self, const debit& cmd);
annals::decision<account_closed> decide(const account& self, const close_account& cmd);
annals::decision<transfer_requested> decide(const account& self, const request_transfer& cmd);
annals::decision<account_refunded> decide(const account& self, const refund& cmd);
annals::decision<dormancy_fee_charged> decide(const account& self, const charge_dormancy_fee& cmd);

account evolve(account self, const account_opened& event);
account evolve(account self, const email_changed& event);
account evolve(account self, const password_changed& event);
account evolve(account self, const account_credited& event);
account evolve(account self, const account_debited& event);
account evolve(account self, const account_closed& event);
account evolve(account self, const transfer_requested& event);
account evolve(account self, const account_refunded& event);
account evolve(account self, const dormancy_fee_charged& event);
// [aggregate]

} // namespace bank

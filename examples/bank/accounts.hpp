#pragma once

#include "account.hpp"

namespace bank {

/// What the bank's clerks see of an account.
struct account_line {
  std::string holder;
  std::string email;
  std::int64_t balance = 0;
  /// The version of the account that this line shows.
  std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(account_line, (), (holder, email, balance, version))

/// The read model Accounts: a line for each account, by its id.
struct accounts {
  static constexpr annals::projection_name name{"bank.accounts"};
  std::map<std::string, account_line> by_id;
};
BOOST_DESCRIBE_STRUCT(accounts, (), (by_id))

void project(accounts& model, const annals::recorded<account_opened>& event);
void project(accounts& model, const annals::recorded<email_changed>& event);
void project(accounts& model, const annals::recorded<password_changed>& event);
void project(accounts& model, const annals::recorded<account_credited>& event);
void project(accounts& model, const annals::recorded<account_debited>& event);
void project(accounts& model, const annals::recorded<account_closed>& event);
void project(accounts& model, const annals::recorded<transfer_requested>& event);
void project(accounts& model, const annals::recorded<account_refunded>& event);
void project(accounts& model, const annals::recorded<dormancy_fee_charged>& event);

} // namespace bank

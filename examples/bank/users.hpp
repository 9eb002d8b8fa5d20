#pragma once

#include "account.hpp"

namespace bank {

/// What is known of a user's access to one account.
struct access {
  std::string holder;
  /// Since when the password is as it is.
  annals::timestamp password_since{};
};
BOOST_DESCRIBE_STRUCT(access, (), (holder, password_since))

/// The read model Users: who uses the bank under an e-mail. Two accounts may have one e-mail: that
/// no other account has it is not a rule that one account could keep.
struct users {
  static constexpr annals::projection_name name{"bank.users"};
  /// By e-mail, then by the account's id.
  std::map<std::string, std::map<std::string, access>> by_email;
  std::map<std::string, std::string> email_of_account;
};
BOOST_DESCRIBE_STRUCT(users, (), (by_email, email_of_account))

void project(users& model, const annals::recorded<account_opened>& event);
void project(users& model, const annals::recorded<email_changed>& event);
void project(users& model, const annals::recorded<password_changed>& event);

} // namespace bank

#pragma once

#include "account.hpp"

#include <annals/messages/process_manager.hpp>

#include <boost/describe/enum.hpp>

namespace bank {

// [process]
/// How far a transfer is; one that ends as `refused` or `refunded` has moved nothing.
enum class transfer_stage { none, debiting, crediting, refunding, done, refused, refunded };
BOOST_DESCRIBE_ENUM(transfer_stage, none, debiting, crediting, refunding, done, refused, refunded)

/// Brings money from one account to another: takes it out of the first, puts it into the second,
/// and gives it back where the second does not take it.
struct money_transfer {
  static constexpr annals::process_manager_name name{"bank.money_transfer"};
  std::string from;
  std::string to;
  std::int64_t cents = 0;
  transfer_stage stage = transfer_stage::none;
  /// Why it was refused.
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(money_transfer, (), (from, to, cents, stage, reason))

annals::reaction react(money_transfer& self, const annals::recorded<transfer_requested>& event);
annals::reaction react(money_transfer& self, const annals::recorded<account_debited>& event);
annals::reaction react(money_transfer& self, const annals::recorded<account_credited>& event);
annals::reaction react(money_transfer& self, const annals::recorded<account_refunded>& event);
annals::reaction react(money_transfer& self, const annals::refused<debit>& command);
annals::reaction react(money_transfer& self, const annals::refused<credit>& command);
// [process]

} // namespace bank

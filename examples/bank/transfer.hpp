#pragma once

#include "account.hpp"

namespace bank {

// [transfer]
/// Moves money from one account to another: both get their event, or neither does.
struct transfer {
  static constexpr annals::command_name name{"transfer"};
  std::string from;
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (from, to, cents))

inline annals::participants<account, account> participants_of(const transfer& cmd) {
  return {cmd.from, cmd.to};
}

inline annals::joint_decision<account, account> decide(const account& from, const account& to,
                                                       const transfer& cmd) {
  if (auto out = decide(from, debit{cmd.cents}); out.rejected())
    return annals::reject(out.reason());
  if (auto in = decide(to, credit{cmd.cents}); in.rejected())
    return annals::reject("the other account: " + std::string{in.reason()});
  return {account_debited{cmd.cents}, account_credited{cmd.cents}};
}
// [transfer]

} // namespace bank

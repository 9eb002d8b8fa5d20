#pragma once

#include <annals/domain.hpp>

/// Commands and events of an account for the bank's process managers.

namespace bank {

/// Asks for a transfer to another account. `money_transfer` carries it out: one transfer for each
/// correlation id.
struct request_transfer {
  static constexpr annals::command_name name{"request_transfer"};
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(request_transfer, (), (to, cents))

/// Gives back what was debited for a transfer; a closed account takes it as well.
struct refund {
  static constexpr annals::command_name name{"refund"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(refund, (), (cents))

/// Charges up to so many cents, unless something has happened since the account had `version`.
struct charge_dormancy_fee {
  static constexpr annals::command_name name{"charge_dormancy_fee"};
  std::int64_t cents = 0;
  std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(charge_dormancy_fee, (), (cents, version))

struct transfer_requested {
  static constexpr annals::event_name name{"bank.transfer_requested"};
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer_requested, (), (to, cents))

struct account_refunded {
  static constexpr annals::event_name name{"bank.account_refunded"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(account_refunded, (), (cents))

struct dormancy_fee_charged {
  static constexpr annals::event_name name{"bank.dormancy_fee_charged"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(dormancy_fee_charged, (), (cents))

} // namespace bank

#pragma once

#include "account.hpp"

#include <annals/messages/process_manager.hpp>

namespace bank {

// [dormancy]
/// An account to which nothing has happened for so long pays a fee, and again after as long.
inline constexpr std::chrono::hours dormant_after{365 * 24};
inline constexpr std::int64_t dormancy_cents = 500;

/// A timer: has anything happened to the account since it had this version?
struct dormancy_check {
  static constexpr annals::command_name name{"bank.dormancy_check"};
  std::string account;
  std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(dormancy_check, (), (account, version))

/// Charges dormant accounts. A process is the request that an event of an account stems from; the
/// account itself says, when the time has come, whether it was the last.
struct dormancy {
  static constexpr annals::process_manager_name name{"bank.dormancy"};
  using timers = annals::timers<dormancy_check>;
};
BOOST_DESCRIBE_STRUCT(dormancy, (), ())

template <class Event>
annals::reaction react(dormancy&, const annals::recorded<Event>& event) {
  return annals::reaction{}.after(dormant_after, dormancy_check{event.id, event.version});
}
inline annals::reaction react(dormancy&, const annals::recorded<account_closed>&) { return {}; }

inline annals::reaction react(dormancy&, const annals::due<dormancy_check>& timer) {
  return annals::to<account>(timer->account, charge_dormancy_fee{dormancy_cents, timer->version});
}
// [dormancy]

} // namespace bank

#pragma once

#include <annals/annals.hpp>

#include <cstdint>
#include <map>
#include <string>

/// The domain that is measured: an account, with events as large as the measurement says.

namespace annals::tools::bench {

struct deposit {
  std::int64_t cents = 0;
  std::string reference;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents, reference))

struct deposited {
  static constexpr event_name name{"bench.deposited"};
  std::int64_t cents = 0;
  std::string reference;
};
BOOST_DESCRIBE_STRUCT(deposited, (), (cents, reference))

struct account {
  static constexpr aggregate_name name{"bench.account"};
  using commands = annals::commands<deposit>;
  using events = annals::events<deposited>;
  std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (balance))

inline deposited decide(const account&, const deposit& command) {
  return {command.cents, command.reference};
}
inline account evolve(account self, const deposited& event) { return {self.balance + event.cents}; }

struct balances {
  static constexpr projection_name name{"bench.balances"};
  std::map<std::string, std::int64_t> of;
};
BOOST_DESCRIBE_STRUCT(balances, (), (of))
inline void project(balances& model, const recorded<deposited>& event) {
  model.of[event.id] += event->cents;
}
inline void merge(balances& whole, balances&& part) { whole.of.merge(part.of); }

/// A deposit whose event takes `payload` bytes as JSON, or as few as it can.
inline deposit deposit_of(std::size_t payload) {
  constexpr std::size_t around = std::string_view{R"({"cents":1,"reference":""})"}.size();
  return {1, std::string(payload > around ? payload - around : 0, 'r')};
}

/// The id of the `number`-th account.
inline std::string account_id(std::uint64_t number) { return "acc-" + std::to_string(number); }

} // namespace annals::tools::bench

#pragma once

#include "tests/actors/joint_ledger.hpp"

#include <cstdint>
#include <random>
#include <string>

/// What the storm's callers and its judge agree on: which commands there are.
namespace annals::tests::storm {

inline constexpr unsigned callers = 64;
inline constexpr unsigned accounts = 1000;

/// The place of a command: it names its id and everything else of it.
struct place {
  unsigned caller = 0;
  unsigned number = 0;

  auto operator<=>(const place&) const = default;
};

enum class kind : std::uint8_t { deposit, withdraw, exchange, transfer, look };

using bank_domain = annals::domain<ledger::account, ledger::transfer>;

/// A command, as it follows from the seed and its place.
struct planned {
  uuid id{};
  std::string account;
  /// Where a transfer goes to: never the account itself.
  std::string to;
  kind what = kind::deposit;
  std::int64_t cents = 0;
};

/// A generator of its own for each purpose, so that one's choices do not move another's.
template <class... Parts>
std::mt19937 random_of(std::uint32_t seed, Parts... parts) {
  std::seed_seq all{seed, static_cast<std::uint32_t>(parts)...};
  return std::mt19937{all};
}

inline unsigned below(std::mt19937& random, unsigned end) { return random() % end; }

/// Half of all commands meet at a few accounts, so that they overlap there.
inline planned plan(std::uint32_t seed, place at) {
  auto random = random_of(seed, 1, at.caller, at.number);
  planned made;
  made.id = derive_id({}, "storm " + std::to_string(seed) + ' ' + std::to_string(at.caller) + ' '
                              + std::to_string(at.number));
  const auto among = below(random, 2) == 0 ? 10 : accounts;
  const auto account = below(random, among);
  made.account = std::to_string(account);
  made.to = std::to_string((account + 1 + below(random, among - 1)) % among);
  auto chosen = below(random, 12);
  made.what = chosen < 4    ? kind::deposit
              : chosen < 7  ? kind::withdraw
              : chosen < 10 ? kind::transfer
              : chosen < 11 ? kind::exchange
                            : kind::look;
  made.cents = 1 + below(random, 100);
  return made;
}

/// What an exchange pays in for what it takes out; never less, so that no balance falls below 0.
inline constexpr std::int64_t gain = 3;

inline command command_of(const planned& one) {
  command_options options;
  options.command_id = one.id;
  options.correlation_id = one.id;
  using ledger::account;
  switch (one.what) {
    case kind::deposit:
      return command_for<account>(one.account, ledger::deposit{one.cents}, options);
    case kind::withdraw:
      return command_for<account>(one.account, ledger::withdraw{one.cents}, options);
    case kind::exchange:
      return command_for<account>(one.account, ledger::exchange{one.cents, one.cents + gain},
                                  options);
    case kind::transfer:
      return command_for(ledger::transfer{one.account, one.to, one.cents}, options);
    case kind::look: break;
  }
  return command_for<account>(one.account, ledger::look{}, options);
}

/// Ends each line of the diary; a line without it was cut short by a kill.
inline constexpr const char* line_end = " .";

} // namespace annals::tests::storm

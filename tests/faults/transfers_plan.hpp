#pragma once

#include "examples/bank/money_transfer.hpp"

#include <annals/messages/domain_list.hpp>
#include <annals/messages/ids.hpp>

#include <cstdint>
#include <random>
#include <string>

/// What the transfers' program and their judge agree on.
namespace annals::tests::transfers {

inline constexpr unsigned count = 10'000;
inline constexpr unsigned accounts = 100;
/// The last of the accounts are closed before the first transfer.
inline constexpr unsigned closed_accounts = 10;
inline constexpr std::int64_t funds = 100'000;

using domain = annals::domain<bank::account, bank::money_transfer>;

struct planned {
  uuid id{};
  std::string from;
  std::string to;
  std::int64_t cents = 0;
};

/// A transfer, as it follows from the seed and its number. Most are to open accounts and of amounts
/// that are there; some are not.
inline planned plan(std::uint32_t seed, unsigned number) {
  std::seed_seq all{seed, number};
  std::mt19937 random{all};
  planned made;
  made.id = derive_id({}, "transfer " + std::to_string(seed) + ' ' + std::to_string(number));
  made.from = std::to_string(random() % (accounts - closed_accounts));
  made.to = std::to_string(random() % accounts);
  made.cents = 1 + random() % 1000;
  if (random() % 50 == 0)
    made.cents = funds * accounts;
  return made;
}

} // namespace annals::tests::transfers

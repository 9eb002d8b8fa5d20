#pragma once

#include "tests/faults/transfers_plan.hpp"

#include <annals/messages/reacted.hpp>
#include <annals/persistence/event_store.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace annals::tests::transfers {

/// What the store says when all transfers have come to their end.
class judge {
public:
  explicit judge(std::uint32_t seed) : seed_{seed} {}

  /// Reads the whole store.
  void read(event_reader& store);
  /// Holds every transfer against it.
  void compare();

  /// The first of what is wrong; all is well where it is empty.
  const std::vector<std::string>& findings() const noexcept { return findings_; }
  std::uint64_t found() const noexcept { return found_; }

  log_position events() const noexcept { return last_; }
  unsigned done() const noexcept { return done_; }
  unsigned refunded() const noexcept { return refunded_; }
  unsigned refused() const noexcept { return refused_; }
  const std::map<std::string, std::int64_t>& balances() const noexcept { return balances_; }

private:
  // What happened under the correlation id of a transfer.
  struct story {
    unsigned requests = 0;
    unsigned debits = 0;
    unsigned credits = 0;
    unsigned refunds = 0;
    std::set<uuid> inputs;
    bank::money_transfer state;
    bool completed = false;
  };

  void take(const recorded_event& event);
  void take_reaction(story& of, const recorded_event& event);
  void move(const recorded_event& event, std::int64_t cents, unsigned& counter);
  void compare(const planned& one, const story& had);
  void check(bool good, const std::string& what);

  std::uint32_t seed_;
  std::map<uuid, story> stories_;
  std::map<std::string, std::int64_t> balances_;
  // By the id of a command that a process sent, how many events it had.
  std::map<uuid, unsigned> effects_;
  std::map<uuid, unsigned> causes_;
  log_position last_ = 0;
  unsigned done_ = 0;
  unsigned refunded_ = 0;
  unsigned refused_ = 0;
  std::uint64_t found_ = 0;
  std::vector<std::string> findings_;
};

} // namespace annals::tests::transfers

// 10,000 transfers between 100 accounts by a process manager, in a process that is killed at
// random, again and again. ANNALS_TRANSFERS_SEED repeats a run's choices.

#include "tests/environment.hpp"
#include "tests/examples/program.hpp"
#include "tests/faults/transfers_judge.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <annals/annals.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

using namespace annals::tests::transfers;
using annals::tests::program;

namespace {

constexpr unsigned most_kills = 20;

std::uint32_t chosen_seed() {
  return annals::tests::number_given("ANNALS_TRANSFERS_SEED", std::random_device{}());
}

// Kills the program after a random while, which grows so that it gets on on any machine, until it
// has lived long enough to end by itself, or has been killed often. How often it was.
unsigned run_with_kills(const std::string& store, std::uint32_t seed) {
  std::mt19937 random{seed};
  for (unsigned kills = 0;; ++kills) {
    program running{{TRANSFERS_PROGRAM, store, std::to_string(seed)}};
    if (kills < most_kills) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50 + random() % (200 + 100 * kills)});
      running.signal(SIGKILL);
    }
    const auto ended = running.wait();
    INFO(ended.out << ended.err);
    if (ended.code == 0)
      return kills;
    REQUIRE(ended.code == -SIGKILL);
  }
}

} // namespace

TEST_CASE("10,000 transfers through kills: no money made or lost, each done or given back, once") {
  const auto seed = chosen_seed();
  std::cout << "ANNALS_TRANSFERS_SEED=" << seed << std::endl;
  const annals::tests::temporary_folder folder;
  const auto store = folder.file("bank.db");
  const auto kills = run_with_kills(store, seed);
  judge by{seed};
  by.read(*annals::open_store("sqlite:" + store).value()->open_reader().value());
  by.compare();
  std::cout << kills << " kills, " << by.events() << " events, " << by.done() << " done, "
            << by.refunded() << " refunded, " << by.refused() << " refused" << std::endl;
  for (const auto& one : by.findings())
    UNSCOPED_INFO(one);
  CHECK(by.found() == 0);
  CHECK(by.done() + by.refunded() + by.refused() == count);
  // A run in which nothing of that happened proves nothing.
  CHECK(by.done() > 0);
  CHECK(by.refunded() > 0);
  CHECK(by.refused() > 0);
  CHECK(kills > 2);
  // What the framework itself makes of each account's stream.
  annals::config settings;
  settings.store = "sqlite:" + store;
  settings.run_process_managers = false;
  annals::node bank{bank_domain{}, settings};
  std::int64_t total = 0;
  for (const auto& [account, balance] : by.balances()) {
    CHECK(bank.load<bank::account>(account).value().balance == balance);
    total += balance;
  }
  CHECK(total == funds * (accounts - closed_accounts));
}

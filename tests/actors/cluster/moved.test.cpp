#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include "tests/actors/cluster/crew.hpp"

#include <atomic>
#include <future>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using ledger::account;
using ledger::balances;
using ledger::deposit;

namespace {

constexpr auto usurper = "another run";

std::string id_of(int number) { return "acc-" + std::to_string(number); }

// As another run of the program does that takes a name whose lease has run out. The node may be
// first, and take one back.
void take_all_leases(annals::lease_store& leases) {
  for (const auto& one : leases.list("").value()) {
    if (one.owner == usurper || !one.is_live())
      continue;
    if (leases.release(one.name, one.token))
      (void)leases.acquire({one.name, usurper, one.payload, 20s});
  }
}

} // namespace

TEST_CASE("instances that move to a node that joins leave memory where they were") {
  crew nodes{ledger::domain{}, {"north"}};
  auto& north = nodes["north"];
  constexpr int accounts = 100;
  for (int i = 0; i < accounts; ++i)
    REQUIRE(north.ask<account>(id_of(i), deposit{1}).get());
  REQUIRE(north.internals().aggregates().live == accounts);
  REQUIRE(nodes.start("south"));
  REQUIRE(nodes.all_know(2));
  std::uint64_t share = 0;
  for (int i = 0; i < accounts; ++i)
    share += north.owner_of<account>(id_of(i)) == "north" ? 1 : 0;
  REQUIRE(share < accounts);
  CHECK(comes_true([&] { return north.internals().aggregates().live == share; }));
  for (int i = 0; i < accounts; ++i)
    CHECK(north.ask<account>(id_of(i), deposit{1}).get());
}

TEST_CASE("a node whose name another run has taken does nothing any more that one node does") {
  crew nodes{ledger::domain{}, {"north"}};
  auto& north = nodes["north"];
  auto runs = [&] {
    try {
      return north.read<balances>([](const balances&) { return true; });
    } catch (const annals::error&) {
      return false;
    }
  };
  REQUIRE(comes_true(runs));
  auto store = annals::open_store(nodes.store_url(), {}).value();
  auto leases = store->open_leases().value();
  CHECK(comes_true([&] {
    take_all_leases(*leases);
    return !runs();
  }));
  CHECK(north.nodes().size() == 1);
}

TEST_CASE("the last node to leave carries out what it is asked, until it stops") {
  crew nodes{ledger::domain{}, {"north"}};
  auto& north = nodes["north"];
  std::atomic<bool> done{false};
  std::atomic<int> answered{0};
  auto load = std::async(std::launch::async, [&] {
    std::vector<annals::failure> refused;
    while (!done) {
      if (auto answer = north.ask<account>("a", deposit{1}).get(); !answer)
        refused.push_back(answer.error());
      ++answered;
    }
    return refused;
  });
  CHECK(comes_true([&] { return answered > 10; }));
  north.stop();
  done = true;
  for (const auto& why : load.get()) {
    INFO(to_string(why));
    CHECK(why.code == errc::stopping);
  }
}

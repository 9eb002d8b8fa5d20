#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/open_store.hpp>

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/cluster/heard_log.hpp"

#include <catch2/catch.hpp>

using namespace annals::tests;
using ledger::account;
using ledger::deposit;

TEST_CASE("a node that the others cannot reach is passed over, and nothing is lost") {
  heard_log log;
  crew two{ledger::domain{}};
  two.start("north").value();
  // Others are told of a port at which nobody listens.
  two.start("south", [](annals::config& settings) { settings.cluster->advertise = "127.0.0.1:1"; })
      .value();
  REQUIRE(two.all_know(2));
  for (const std::string id : {"a", "b", "c", "d", "e", "f"}) {
    REQUIRE(two["north"].ask<account>(id, deposit{10}).get());
    REQUIRE(two["south"].ask<account>(id, deposit{10}).get());
    CHECK(two["north"].load<account>(id).value().balance == 20);
  }
  CHECK(log.has("node north: cannot reach node south at 127.0.0.1:1: "));
  CHECK(comes_true(
      [&] { return log.has("node south: it cannot be reached at 127.0.0.1:1 by north"); }));
  auto leases = annals::open_store(two.store_url()).value()->open_leases().value();
  for (const auto& one : leases->list(annals::node_lease("")).value())
    CHECK(annals::card_in(one).value().unreachable.size()
          == (one.name == annals::node_lease("north") ? 1 : 0));
}

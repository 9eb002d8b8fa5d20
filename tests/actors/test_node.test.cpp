#include <annals/testing_node.hpp>

#include "tests/actors/ledger.hpp"
#include "tests/actors/with_id.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

#include <catch2/catch.hpp>

#include <thread>

using namespace annals::testing;
using annals::errc;
using annals::tests::temporary_folder;
using annals::tests::with_id;
using ledger::account;
using ledger::balances;
using ledger::deposit;
using namespace std::chrono_literals;

namespace {

const annals::failure full{errc::store_full, "the disk of the test is full"};

test_config blocking(bool blocks) {
  test_config settings;
  settings.store_blocks = blocks;
  return settings;
}

// Sends each command under its id until it is answered, as a caller does that must not lose one.
void ask_until_answered(annals::node& node, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    auto options = with_id("storm " + std::to_string(i));
    auto id = "a" + std::to_string(i % 5);
    annals::reply answer = full;
    for (int attempt = 0; !answer && attempt < 1000; ++attempt)
      answer = node.ask<account>(id, deposit{1}, options).get();
    REQUIRE(answer);
  }
}

} // namespace

TEST_CASE("a test node is a node: it asks, projects, reads and stops") {
  for (bool blocks : {false, true}) {
    test_node node{ledger::domain{}, blocking(blocks)};
    auto receipt = node.ask<account>("a", deposit{100}).get().value();
    CHECK(receipt == annals::receipt{"ledger.account-a", 1, 1, 1, false});
    REQUIRE(node.wait_for<balances>(receipt.position));
    CHECK(node.read<balances>([](auto& model) { return model.by_account.at("a"); }) == 100);
    node.stop();
    CHECK(node.ask<account>("a", deposit{1}).get().error().code == errc::stopping);
  }
}

TEST_CASE("an append that fails is the command's answer, and the next one is carried out") {
  for (bool blocks : {false, true}) {
    test_node node{ledger::domain{}, blocking(blocks)};
    node.faults().fail_appends(full);
    CHECK(node.ask<account>("a", deposit{100}).get().error().code == errc::store_full);
    CHECK(node.load<account>("a").value().balance == 0);
    CHECK(node.ask<account>("a", deposit{5}).get());
    CHECK(node.load<account>("a").value().balance == 5);
  }
}

TEST_CASE("a command whose answer was lost is carried out once, when it is sent again") {
  for (bool blocks : {false, true}) {
    test_node node{ledger::domain{}, blocking(blocks)};
    node.faults().lose_answers();
    CHECK(node.ask<account>("a", deposit{100}, with_id("one")).get().error().code
          == errc::store_unavailable);
    auto again = node.ask<account>("a", deposit{100}, with_id("one")).get().value();
    CHECK(again.repeated);
    CHECK(again.version == 1);
    CHECK(node.load<account>("a").value().balance == 100);
  }
}

TEST_CASE("in a storm of faults no command is lost and none is carried out twice") {
  for (bool blocks : {false, true}) {
    test_node node{ledger::domain{}, blocking(blocks)};
    node.faults().at_random(11, 0.2, 0.2);
    ask_until_answered(node, 200);
    node.faults().heal();
    for (auto id : {"a0", "a1", "a2", "a3", "a4"})
      CHECK(node.load<account>(id).value().balance == 40);
    auto counts = node.faults().counts();
    CHECK(counts.failed > 0);
    CHECK(counts.lost > 0);
  }
}

#if ANNALS_WITH_SQLITE
TEST_CASE("a test node may stand on a file, which a node after it goes on with") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  {
    test_node node{ledger::domain{}, settings};
    node.faults().fail_appends(full);
    CHECK(node.ask<account>("a", deposit{1}).get().error().code == errc::store_full);
    CHECK(node.ask<account>("a", deposit{2}).get());
  }
  test_node node{ledger::domain{}, settings};
  CHECK(node.load<account>("a").value().balance == 2);
}
#endif

TEST_CASE("the clock of a test node stands until it is moved") {
  test_node node{annals::domain<account>{}};
  auto begin = node.clock().now();
  CHECK(annals::to_rfc3339(begin) == "2000-01-01T00:00:00Z");
  node.clock().advance(10min);
  CHECK(node.clock().now() == begin + 10min);
  node.clock().advance(-1s);
  CHECK(node.clock().now() == begin + 10min - 1s);
  node.clock().set(begin);
  CHECK(node.clock().now() == begin);
}

TEST_CASE("when the clock has moved past their time, idle aggregates have left memory") {
  annals::testing::test_config settings;
  settings.passivate_after = 5min;
  test_node node{annals::domain<account>{}, settings};
  REQUIRE(node.ask<account>("a", deposit{5}).get());
  const auto& counts = node.internals().aggregates();
  node.clock().advance(4min);
  CHECK(counts.live == 1);
  node.clock().advance(2min);
  CHECK(counts.live == 0);
  CHECK(node.load<account>("a").value().balance == 5);
}

TEST_CASE("a clock says that it was moved, and whereto") {
  test_clock clock{annals::timestamp{1s}};
  std::vector<annals::timestamp> told;
  clock.on_move([&](annals::timestamp time) { told.push_back(time); });
  clock.advance(1s);
  clock.set(annals::timestamp{9s});
  CHECK(told == std::vector{annals::timestamp{2s}, annals::timestamp{9s}});
}

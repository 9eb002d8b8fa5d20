#include <annals/testing_node.hpp>

#include "tests/actors/places.hpp"
#include "tests/actors/with_id.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::testing::test_config;
using annals::testing::test_node;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::with_id;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;
using namespace std::chrono_literals;

// How long a command is remembered: `config::command_window`, by the node's clock.

namespace {

test_config one_at_a_time(const std::string& url) {
  test_config made;
  made.store = url;
  made.live_aggregates = 1;
  made.snapshots.every_events = 1;
  made.command_window = 24h;
  return made;
}

std::size_t outcomes(test_node& node) {
  return node.open_reader().value()->read_outcomes("ledger.account-a", {}, 100).value().size();
}

// The refusal that a command that cannot be carried out gets.
annals::failure refused(test_node& node, std::string_view id) {
  return node.ask<account>("a", withdraw{50}, with_id(id)).get().error();
}

void send_away(test_node& node) { REQUIRE(node.ask<account>("other", deposit{1}).get()); }

} // namespace

TEST_CASE("a node forgets the outcomes that are past the window, and no younger ones") {
  places at;
  auto with = one_at_a_time(at.urls[1]);
  annals::failure first;
  {
    test_node node{ledger::domain{}, with};
    first = refused(node, "old");
    REQUIRE(first.code == errc::rejected);
    node.clock().advance(23h);
    REQUIRE(refused(node, "young") == first);
    CHECK(outcomes(node) == 2);
  }
  with.begin += 25h;
  with.passivate_after = 40ms; // looks for what is old four times in that time
  test_node node{ledger::domain{}, with};
  CHECK(comes_true([&] { return outcomes(node) == 1; }));
  REQUIRE(node.ask<account>("a", deposit{100}).get());
  CHECK(refused(node, "young") == first);
  auto anew = node.ask<account>("a", withdraw{50}, with_id("old")).get().value();
  CHECK_FALSE(anew.repeated);
  CHECK(anew.version == 2);
  CHECK(node.load<account>("a").value().balance == 50);
}

TEST_CASE("within the window a command that comes again is a repeat, after it a new command") {
  places at;
  for (const auto& url : at.urls) {
    test_node node{ledger::domain{}, one_at_a_time(url)};
    auto first = node.ask<account>("a", deposit{10}, with_id("one")).get().value();
    REQUIRE(comes_true([&] { // else the whole stream is read, and with it every command
      return node.open_reader().value()->load_snapshot("ledger.account-a").value().has_value();
    }));
    node.clock().advance(23h);
    send_away(node);
    auto again = node.ask<account>("a", deposit{10}, with_id("one")).get().value();
    CHECK(again.repeated);
    CHECK(again.position == first.position);
    node.clock().advance(2h);
    send_away(node);
    auto anew = node.ask<account>("a", deposit{10}, with_id("one")).get().value();
    CHECK_FALSE(anew.repeated);
    CHECK(anew.version == 2);
    CHECK(node.load<account>("a").value().balance == 20);
  }
}

TEST_CASE("a refusal past the window that is still stored is still the answer, and no conflict") {
  places at;
  for (const auto& url : at.urls) {
    test_node node{ledger::domain{}, one_at_a_time(url)};
    auto first = refused(node, "one");
    REQUIRE(first.code == errc::rejected);
    REQUIRE(node.ask<account>("a", deposit{100}).get());
    node.clock().advance(25h);
    send_away(node);
    REQUIRE(outcomes(node) == 1);
    CHECK(refused(node, "one") == first);
  }
}

TEST_CASE("a refusal is the answer to a repeat however many commands came after it") {
  places at;
  for (const auto& url : at.urls) {
    auto with = one_at_a_time(url);
    with.remembered_commands = 2;
    annals::failure first;
    auto repeats = [&](test_node& node) {
      CHECK(refused(node, "first") == first);
      CHECK(outcomes(node) == 6);
    };
    {
      test_node node{ledger::domain{}, with};
      first = refused(node, "first");
      REQUIRE(first.code == errc::rejected);
      for (const auto* later : {"second", "third", "fourth", "fifth", "sixth"})
        REQUIRE(refused(node, later) == first);
      REQUIRE(node.ask<account>("a", deposit{100}).get()); // now it would be accepted
      INFO("while it is live, and after it left memory");
      repeats(node);
      send_away(node);
      repeats(node);
      auto other = node.ask<account>("a", withdraw{51}, with_id("first")).get();
      CHECK(other.error().code == errc::command_id_reused);
    }
    if (url == "memory:")
      continue;
    INFO("after a restart");
    test_node node{ledger::domain{}, with};
    repeats(node);
  }
}

TEST_CASE("a refusal is the answer to a repeat however many commands were accepted after it") {
  places at;
  for (const auto& url : at.urls) {
    auto with = one_at_a_time(url);
    with.remembered_commands = 2;
    test_node node{ledger::domain{}, with};
    auto first = refused(node, "first");
    REQUIRE(first.code == errc::rejected);
    for (const auto* later : {"second", "third", "fourth"})
      REQUIRE(node.ask<account>("a", deposit{100}, with_id(later)).get());
    CHECK(refused(node, "first") == first); // now it would be accepted
    send_away(node);
    CHECK(refused(node, "first") == first);
    CHECK(node.load<account>("a").value().balance == 300);
  }
}

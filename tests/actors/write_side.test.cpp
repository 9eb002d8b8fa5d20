#include "tests/actors/places.hpp"
#include "tests/actors/with_id.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::settings;
using annals::tests::with_id;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;

TEST_CASE("a ceiling on live aggregates holds, and none of their commands is lost") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.live_aggregates = 10;
    annals::node node{ledger::domain{}, with};
    for (int round = 0; round < 3; ++round)
      for (int i = 0; i < 100; ++i)
        REQUIRE(node.ask<account>("a" + std::to_string(i), deposit{1}).get());
    const auto& counts = node.internals().aggregates();
    CHECK(counts.live <= 10);
    CHECK(counts.passivated >= 290);
    for (int i = 0; i < 100; ++i)
      CHECK(node.load<account>("a" + std::to_string(i)).value().balance == 3);
  }
}

TEST_CASE("the least recently used aggregate leaves memory first") {
  auto with = settings("memory:");
  with.live_aggregates = 2;
  annals::node node{ledger::domain{}, with};
  const auto& counts = node.internals().aggregates();
  for (const char* id : {"a", "b", "a", "c"})
    REQUIRE(node.ask<account>(id, deposit{1}).get());
  REQUIRE(counts.passivated == 1);
  REQUIRE(node.ask<account>("a", deposit{1}).get()); // was used after b, and is still there
  CHECK(counts.passivated == 1);
  REQUIRE(node.ask<account>("b", deposit{1}).get());
  CHECK(counts.passivated == 2);
}

TEST_CASE(
    "an aggregate without commands leaves memory when its time is over, by the node's clock") {
  auto with = settings("memory:");
  with.passivate_after = std::chrono::minutes{5};
  auto time = std::make_shared<std::atomic<std::int64_t>>(0);
  with.clock = [time] { return annals::timestamp{std::chrono::seconds{time->load()}}; };
  annals::node node{ledger::domain{}, with};
  REQUIRE(node.ask<account>("a", deposit{5}).get());
  const auto& counts = node.internals().aggregates();
  *time = 299;
  caf::anon_send(node.internals().dispatcher(), annals::passivate_idle_ones{});
  CHECK(counts.live == 1);
  *time = 301;
  caf::anon_send(node.internals().dispatcher(), annals::passivate_idle_ones{});
  CHECK(counts.live == 0);
  CHECK(node.ask<account>("a", withdraw{5}).get().value().version == 2);
}

TEST_CASE("a repeat gets the first receipt or rejection, also after passivation and restart") {
  places at;
  for (const auto& url : at.urls) {
    auto accepted = annals::make_id();
    auto rejected = annals::make_id();
    auto looked = annals::make_id();
    auto with = settings(url);
    with.live_aggregates = 1;
    with.snapshots.every_events = 1;
    auto node = std::make_unique<annals::node>(ledger::domain{}, with);
    auto first = node->ask<account>("a", deposit{10}, with_id(accepted)).get().value();
    auto refusal = node->ask<account>("a", withdraw{11}, with_id(rejected)).get().error();
    REQUIRE(refusal.code == errc::rejected);
    auto seen = node->ask<account>("a", ledger::look{}, with_id(looked)).get().value();
    // From here on the domain would decide differently.
    REQUIRE(node->ask<account>("a", deposit{100}).get());
    auto check = [&] {
      REQUIRE(node->ask<account>("other", deposit{1}).get()); // sends the other one away
      auto again = node->ask<account>("a", deposit{10}, with_id(accepted)).get().value();
      CHECK(again.repeated);
      CHECK(again.version == first.version);
      CHECK(again.position == first.position);
      CHECK(node->ask<account>("a", withdraw{11}, with_id(rejected)).get().error() == refusal);
      auto look = node->ask<account>("a", ledger::look{}, with_id(looked)).get().value();
      CHECK(look.repeated);
      CHECK(look.version == seen.version);
      CHECK(node->load<account>("a").value().balance == 110);
    };
    check();
    if (url == "memory:")
      continue;
    node.reset();
    node = std::make_unique<annals::node>(ledger::domain{}, with);
    check();
  }
}

TEST_CASE("an id that was used for another command is an error and changes nothing") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.live_aggregates = 1;
    annals::node node{ledger::domain{}, with};
    auto id = annals::make_id();
    REQUIRE(node.ask<account>("a", deposit{10}, with_id(id)).get());
    CHECK(node.ask<account>("a", deposit{11}, with_id(id)).get().error().code
          == errc::command_id_reused);
    REQUIRE(node.ask<account>("b", deposit{1}).get());
    CHECK(node.ask<account>("a", withdraw{10}, with_id(id)).get().error().code
          == errc::command_id_reused);
    CHECK(node.load<account>("a").value().balance == 10);
  }
}

TEST_CASE("the same command written down in another way is the same command") {
  annals::node node{ledger::domain{}, settings("memory:")};
  annals::command sent;
  sent.command_id = annals::make_id();
  sent.aggregate = "ledger.account";
  sent.id = "a";
  auto ask = [&](std::string json) {
    sent.body = annals::command_body::json("ledger.withdraw", std::move(json));
    return node.ask(sent).get();
  };
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  REQUIRE(ask(R"({"cents":3})"));
  auto again = ask(R"( { "cents" : 3 } )");
  REQUIRE(again);
  CHECK(again->repeated);
  CHECK(ask(R"({"cents":4})").error().code == errc::command_id_reused);
}

TEST_CASE("a snapshot shortens the loading and changes no answer, usable or not") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.live_aggregates = 1;
    with.snapshots.every_events = 10;
    annals::node node{ledger::domain{}, with};
    for (int i = 0; i < 25; ++i)
      REQUIRE(node.ask<account>("a", deposit{1}).get());
    auto reader = node.open_reader().value();
    REQUIRE(comes_true([&] {
      auto found = reader->load_snapshot("ledger.account-a").value();
      return found && found->version == 20;
    }));
    auto good = *reader->load_snapshot("ledger.account-a").value();
    CHECK(good.state == R"({"balance":20,"name_in_use":""})");
    std::int64_t balance = 25;
    auto answers_right = [&] {
      REQUIRE(node.ask<account>("b", deposit{1}).get());
      CHECK(node.ask<account>("a", withdraw{balance + 1}).get().error().code == errc::rejected);
      CHECK(node.ask<account>("a", withdraw{1}).get());
      --balance;
    };
    answers_right();
    auto& writer = node.internals().writer();
    const auto& ignored = node.internals().aggregates().snapshots_ignored;
    CHECK(ignored == 0);
    auto spoil = [&](auto change) {
      auto newest = *reader->load_snapshot("ledger.account-a").value();
      change(newest);
      REQUIRE(writer.save_snapshots({&newest, 1}, 1));
      auto before = ignored.load();
      answers_right();
      CHECK(ignored == before + 1);
      REQUIRE(comes_true([&] { // the replay was long enough for a good one
        auto found = reader->load_snapshot("ledger.account-a").value();
        return newest.version == 1000 || (found && found->version > newest.version);
      }));
    };
    spoil([](annals::stored_snapshot& cut_short) { cut_short.state.resize(8); });
    spoil([](annals::stored_snapshot& of_the_future) { of_the_future.schema_version = 7; });
    spoil([](annals::stored_snapshot& ahead) { ahead.version = 1000; });
    REQUIRE(writer.drop_snapshots({}));
    answers_right();
  }
}

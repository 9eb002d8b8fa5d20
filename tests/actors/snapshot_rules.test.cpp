#include "tests/actors/places.hpp"
#include "tests/actors/watched_store.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::settings;
using annals::tests::watch;
using annals::tests::watched;
using ledger::account;
using ledger::deposit;
using namespace std::chrono_literals;

// When snapshots are taken, and how many are kept. A snapshot is counted before its command has its
// answer, and stored some time after.

namespace {

using versions = std::vector<annals::stream_version>;

// Only by what a test sets itself.
annals::config no_rules(const std::string& url) {
  auto made = settings(url);
  made.live_aggregates = 1;
  made.snapshots = {0, 0, 0ms, 10};
  return made;
}

// The versions of the snapshots of account a, the newest first.
versions kept(annals::event_reader& reader) {
  versions found;
  auto newest = std::numeric_limits<annals::stream_version>::max();
  while (auto next = reader.load_snapshot("ledger.account-a", newest).value()) {
    found.push_back(next->version);
    newest = next->version - 1;
  }
  return found;
}

bool will_keep(annals::node& node, const versions& expected) {
  auto reader = node.open_reader().value();
  return comes_true([&] { return kept(*reader) == expected; });
}

void pay_in(annals::node& node, int times) {
  for (int i = 0; i < times; ++i)
    REQUIRE(node.ask<account>("a", deposit{1}).get());
}

std::uint64_t taken(annals::node& node) { return node.internals().aggregates().snapshots_taken; }

} // namespace

TEST_CASE("a snapshot is taken after every so many events, counted over restarts") {
  places at;
  auto with = no_rules(at.urls[1]);
  with.snapshots.every_events = 2;
  {
    annals::node node{ledger::domain{}, with};
    pay_in(node, 1);
    CHECK(taken(node) == 0);
  }
  {
    annals::node node{ledger::domain{}, with};
    pay_in(node, 1);
    CHECK(will_keep(node, {2}));
  }
  auto seen = std::make_shared<watch>();
  with.open_store = watched(at.urls[1], seen);
  annals::node node{ledger::domain{}, with};
  CHECK(node.ask<account>("a", ledger::withdraw{3}).get().error().code == errc::rejected);
  CHECK(seen->events_read == 1); // that of the snapshot's version, which proves it; none after
}

TEST_CASE("a snapshot stands after all the events of a command, never between them") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_events = 3;
    annals::node node{ledger::domain{}, with};
    REQUIRE(node.ask<account>("a", ledger::exchange{1, 2}).get());
    CHECK(taken(node) == 0);
    REQUIRE(node.ask<account>("a", ledger::exchange{1, 2}).get());
    CHECK(will_keep(node, {4}));
  }
}

TEST_CASE("a snapshot is taken when enough bytes of payload have come, of all events together") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_bytes = 100;
    annals::node node{ledger::domain{}, with};
    pay_in(node, 9); // 11 bytes each
    CHECK(taken(node) == 0);
    pay_in(node, 1);
    CHECK(will_keep(node, {10}));
    for (int i = 0; i < 4; ++i)
      REQUIRE(node.ask<account>("a", ledger::exchange{1, 2}).get());
    CHECK(taken(node) == 1);
    REQUIRE(node.ask<account>("a", ledger::exchange{1, 2}).get());
    CHECK(will_keep(node, {20, 10}));
  }
}

TEST_CASE("a snapshot is taken when a loading took long, and only then") {
  places at;
  for (const auto& url : at.urls) {
    auto seen = std::make_shared<watch>();
    auto with = no_rules(url);
    with.open_store = watched(url, seen);
    auto taken_after_loading = [&](std::chrono::milliseconds rule) {
      with.snapshots.after_loading = rule;
      seen->delay = 0ms;
      annals::node node{ledger::domain{}, with};
      REQUIRE(node.ask<account>("a", deposit{1}).get());
      REQUIRE(node.ask<account>("other", deposit{1}).get()); // sends the other one away
      auto before = taken(node);
      seen->delay = 30ms;
      REQUIRE(node.ask<account>("a", ledger::look{}).get());
      return taken(node) - before;
    };
    CHECK(taken_after_loading(0ms) == 0);
    CHECK(taken_after_loading(1h) == 0);
    CHECK(taken_after_loading(20ms) == 1);
  }
}

TEST_CASE("what was loaded from a snapshot alone needs no new one, however long it took") {
  places at;
  auto seen = std::make_shared<watch>();
  auto with = no_rules(at.urls[1]);
  with.open_store = watched(at.urls[1], seen);
  with.snapshots.after_loading = 20ms;
  seen->delay = 30ms;
  annals::node node{ledger::domain{}, with};
  pay_in(node, 3);
  auto load = [&] {
    REQUIRE(node.ask<account>("other", ledger::look{}).get());
    REQUIRE(node.ask<account>("a", ledger::look{}).get());
  };
  load();
  CHECK(will_keep(node, {3}));
  load();
  CHECK(taken(node) == 1);
  pay_in(node, 1);
  load();
  CHECK(will_keep(node, {4, 3}));
}

TEST_CASE("the newest snapshots are kept, as many as the setting says, and the others leave") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_events = 3;
    with.snapshots.keep = 2;
    annals::node node{ledger::domain{}, with};
    pay_in(node, 10);
    CHECK(will_keep(node, {9, 6}));
    pay_in(node, 10);
    CHECK(will_keep(node, {18, 15}));
    CHECK(taken(node) == 6);
  }
}

TEST_CASE("where one snapshot is kept it is the newest, and each takes the place of the last") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_events = 3;
    with.snapshots.keep = 1;
    annals::node node{ledger::domain{}, with};
    pay_in(node, 10);
    CHECK(will_keep(node, {9}));
    pay_in(node, 3);
    CHECK(will_keep(node, {12}));
    CHECK(node.open_reader().value()->read_stream("ledger.account-a").value().size() == 13);
  }
}

TEST_CASE("a snapshot may be taken of every event") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_events = 1;
    with.snapshots.keep = 3;
    annals::node node{ledger::domain{}, with};
    pay_in(node, 10);
    CHECK(taken(node) == 10);
    CHECK(will_keep(node, {10, 9, 8}));
    REQUIRE(node.ask<account>("other", ledger::look{}).get());
    CHECK(node.ask<account>("a", ledger::withdraw{10}).get().value().version == 11);
  }
}

TEST_CASE("each rule takes snapshots by itself, and each snapshot begins all counts anew") {
  places at;
  for (const auto& url : at.urls) {
    auto with = no_rules(url);
    with.snapshots.every_events = 5;
    with.snapshots.every_bytes = 100;
    annals::node node{ledger::domain{}, with};
    pay_in(node, 2);
    REQUIRE(node.ask<account>("a", ledger::misbehave{std::string(100, 'x')}).get());
    CHECK(will_keep(node, {3})); // by size
    pay_in(node, 4);
    CHECK(taken(node) == 1);
    pay_in(node, 1);
    CHECK(will_keep(node, {8, 3})); // by count
  }
}

TEST_CASE("a stream that was loaded without the snapshot it should have gets one with its next") {
  places at;
  auto with = no_rules(at.urls[1]);
  {
    annals::node node{ledger::domain{}, with};
    pay_in(node, 5);
  }
  with.snapshots.every_events = 5;
  annals::node node{ledger::domain{}, with};
  REQUIRE(node.ask<account>("a", ledger::look{}).get());
  CHECK(taken(node) == 0);
  pay_in(node, 1);
  CHECK(will_keep(node, {6}));
}

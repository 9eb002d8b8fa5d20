#include <annals/testing_node.hpp>

#include "tests/actors/process_helpers.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals::testing;
using namespace annals::tests;
using namespace std::chrono_literals;
using wallets::landlord;
using wallets::put;
using wallets::wallet;

namespace {

using rented = annals::domain<wallet, landlord>;

bool has_timers(annals::node& node, std::uint64_t count) {
  return comes_true([&] { return is_quiet(node) && node.processes()[0].pending_timers == count; });
}

} // namespace

TEST_CASE("a timer fires when its time has come, and not before") {
  test_node node{rented{}};
  const auto id = ask<wallet>(node, "a", put{3});
  REQUIRE(has_timers(node, 1));
  node.clock().advance(59min);
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "a") == 3);
  node.clock().advance(1min);
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 2; }));
  // The next one counts from the time that this one was due.
  REQUIRE(has_timers(node, 1));
  node.clock().advance(10h);
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 0; }));
  REQUIRE(has_timers(node, 0));
  const auto all = reactions_of(node, "wallets.landlord", id);
  REQUIRE(all.size() == 4);
  CHECK(all[1].timers.at(0).due - all[0].timers.at(0).due == 1h);
  CHECK(all.back().completed);
}

TEST_CASE("timers are durable: they fire after a restart, at once where their time is past") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  const auto begin = settings.begin;
  for (int start = 0; start < 5; ++start) {
    // The clock of each node stands an hour later than that of the one before.
    settings.begin = begin + start * 1h;
    test_node node{rented{}, settings};
    if (start == 0)
      ask<wallet>(node, "a", put{3});
    REQUIRE(has_timers(node, start < 3 ? 1 : 0));
    REQUIRE(comes_true([&] { return cents_of(node, "a") == 3 - std::min(start, 3); }));
  }
}

TEST_CASE("timers are found again in the log where their index was lost, and fire once") {
  temporary_folder folder;
  test_config settings;
  settings.store = "sqlite:" + folder.file("a.db");
  {
    test_node node{rented{}, settings};
    ask<wallet>(node, "a", put{1});
    ask<wallet>(node, "b", put{2});
    REQUIRE(has_timers(node, 2));
    node.clock().advance(1h);
    REQUIRE(has_timers(node, 1));
  }
  REQUIRE(annals::open_store(settings.store)
              .value()
              ->save_model({"annals.process.wallets.landlord", 0, 1, "lost"}));
  settings.begin += 5h;
  test_node node{rented{}, settings};
  REQUIRE(has_timers(node, 0));
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 0 && cents_of(node, "b") == 0; }));
}

TEST_CASE("a timer in the past fires at once, and one beyond the year 9999 waits until then") {
  test_node node{rented{}};
  ask<wallet>(node, "past", put{200});
  REQUIRE(comes_true([&] { return cents_of(node, "past") == 199; }));
  const auto id = ask<wallet>(node, "never", put{100});
  REQUIRE(has_timers(node, 1));
  const auto all = reactions_of(node, "wallets.landlord", id);
  CHECK(annals::to_rfc3339(all.at(0).timers.at(0).due) == "9999-12-31T23:59:59.999999Z");
  node.clock().set(all.at(0).timers.at(0).due - 1s);
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "never") == 100);
  CHECK(node.processes()[0].pending_timers == 1);
}

TEST_CASE("a clock that is set back makes timers wait, and fires none twice") {
  test_node node{rented{}};
  ask<wallet>(node, "a", put{2});
  REQUIRE(has_timers(node, 1));
  node.clock().advance(1h);
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 1; }));
  REQUIRE(has_timers(node, 1));
  node.clock().advance(-1h);
  node.clock().advance(1h);
  REQUIRE(all_quiet(node));
  CHECK(cents_of(node, "a") == 1);
}

TEST_CASE("a timer that the process manager does not list stops it with an error that names both") {
  test_node node{annals::domain<wallet, wallets::forgetful>{}};
  ask<wallet>(node, "a", put{1});
  REQUIRE(comes_true([&] { return node.processes()[0].stopped.has_value(); }));
  for (auto part : {"wallets.forgetful", "wallets.rent", "annals::timers"})
    CHECK_THAT(node.processes()[0].stopped->message, Catch::Contains(part));
}

TEST_CASE("a timer fires by itself while time passes") {
  // The node's clock starts a moment before the timer is due, and runs.
  const auto start = std::chrono::steady_clock::now();
  const auto begin = annals::now();
  annals::config settings;
  settings.clock = [=] {
    return begin
           + std::chrono::duration_cast<std::chrono::microseconds>(
               (std::chrono::steady_clock::now() - start) * 20'000);
  };
  annals::node node{rented{}, settings};
  ask<wallet>(node, "a", put{3});
  REQUIRE(comes_true([&] { return cents_of(node, "a") == 0; }));
}

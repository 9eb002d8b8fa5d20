#include "tests/actors/places.hpp"
#include "tests/actors/with_id.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::places;
using annals::tests::settings;
using annals::tests::with_id;
using ledger::account;
using ledger::deposit;
using ledger::look;
using ledger::withdraw;

// Two nodes on one file, neither of which knows of the other: a command is carried out once,
// whichever of them it is sent to again.

namespace {

class pair_of_nodes {
public:
  annals::node& left() { return left_; }
  annals::node& right() { return right_; }

  // What is stored: events, and outcomes of account a.
  std::pair<std::size_t, std::size_t> stored() {
    auto reader = left_.open_reader().value();
    return {reader->read_log(0, 100'000).value().size(),
            reader->read_outcomes("ledger.account-a", {}, 100'000).value().size()};
  }

  // Sends account a away from both; the other one is a stream of its own for each node.
  void passivate() {
    REQUIRE(left_.ask<account>("left", deposit{1}).get());
    REQUIRE(right_.ask<account>("right", deposit{1}).get());
    for (auto* node : {&left_, &right_})
      CHECK(node->internals().aggregates().live == 1);
  }

private:
  annals::config with() const {
    auto made = settings(at_.urls[1]);
    made.live_aggregates = 1;
    made.most_attempts = 1000;
    made.snapshots.every_events = 1;
    return made;
  }

  places at_;
  annals::node left_{ledger::domain{}, with()};
  annals::node right_{ledger::domain{}, with()};
};

bool same(const annals::receipt& again, const annals::receipt& first) {
  return again.repeated && again.version == first.version && again.position == first.position
         && again.events == first.events;
}

} // namespace

TEST_CASE("a command that one node carried out is a repeat for the other, live or passivated") {
  pair_of_nodes two;
  auto id = annals::make_id();
  auto empty = annals::make_id();
  REQUIRE(two.left().ask<account>("a", deposit{10}).get());
  // Now both have the account in memory, and the right one what will soon be old.
  REQUIRE(two.right().ask<account>("a", look{}).get());
  auto first = two.left().ask<account>("a", withdraw{10}, with_id(id)).get().value();
  auto looked = two.left().ask<account>("a", look{}, with_id(empty)).get().value();
  auto check = [&] {
    auto before = two.stored();
    for (auto* node : {&two.right(), &two.left()}) {
      CHECK(same(node->ask<account>("a", withdraw{10}, with_id(id)).get().value(), first));
      CHECK(same(node->ask<account>("a", look{}, with_id(empty)).get().value(), looked));
    }
    CHECK(two.stored() == before);
    CHECK(two.right().load<account>("a").value().balance == 0);
  };
  check();
  two.passivate();
  check();
}

TEST_CASE("a command that one node refused stays refused by the other, whatever came since") {
  pair_of_nodes two;
  auto id = annals::make_id();
  REQUIRE(two.left().ask<account>("a", deposit{10}).get());
  REQUIRE(two.right().ask<account>("a", look{}).get());
  auto first = two.left().ask<account>("a", withdraw{11}, with_id(id)).get().error();
  REQUIRE(first.code == errc::rejected);
  auto check = [&] {
    auto before = two.stored();
    for (auto* node : {&two.right(), &two.left()})
      CHECK(node->ask<account>("a", withdraw{11}, with_id(id)).get().error() == first);
    CHECK(two.stored() == before);
  };
  check();
  // From here on it would be accepted: where the node knows of the money, and where it does not.
  REQUIRE(two.right().ask<account>("a", deposit{100}).get());
  check();
  two.passivate();
  check();
  CHECK(two.left().load<account>("a").value().balance == 110);
}

TEST_CASE("an accepted command of one node is no new one where the other would refuse it") {
  pair_of_nodes two;
  auto id = annals::make_id();
  REQUIRE(two.right().ask<account>("a", look{}).get());
  REQUIRE(two.left().ask<account>("a", deposit{10}).get());
  auto first = two.left().ask<account>("a", withdraw{10}, with_id(id)).get().value();
  auto before = two.stored();
  // By what it has in memory there never was any money.
  CHECK(same(two.right().ask<account>("a", withdraw{10}, with_id(id)).get().value(), first));
  CHECK(two.stored() == before);
}

TEST_CASE("an id that one node has seen is refused by the other for another command") {
  pair_of_nodes two;
  auto id = annals::make_id();
  REQUIRE(two.right().ask<account>("a", look{}).get());
  REQUIRE(two.left().ask<account>("a", deposit{10}, with_id(id)).get());
  CHECK(two.right().ask<account>("a", deposit{11}, with_id(id)).get().error().code
        == errc::command_id_reused);
  two.passivate();
  CHECK(two.right().ask<account>("a", withdraw{1}, with_id(id)).get().error().code
        == errc::command_id_reused);
  CHECK(two.left().load<account>("a").value().balance == 10);
}

TEST_CASE("commands that are sent to both nodes at once have one effect and one answer each") {
  pair_of_nodes two;
  struct asked {
    std::future<annals::reply> left;
    std::future<annals::reply> right;
  };
  std::vector<asked> all;
  for (int i = 0; i < 60; ++i) {
    auto options = with_id(annals::make_id());
    auto ask = [&](annals::node& node) {
      return i % 3 == 0 ? node.ask<account>("a", withdraw{1'000'000}, options)
                        : node.ask<account>("a", deposit{i}, options);
    };
    if (i % 2 == 0)
      all.push_back({ask(two.left()), ask(two.right())});
    else {
      auto right = ask(two.right());
      all.push_back({ask(two.left()), std::move(right)});
    }
  }
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto left = all[i].left.get();
    auto right = all[i].right.get();
    if (i % 3 == 0) {
      CHECK(left.error() == right.error());
      CHECK(left.error().code == errc::rejected);
      continue;
    }
    sum += static_cast<std::int64_t>(i);
    REQUIRE(left);
    REQUIRE(right);
    CHECK(left->repeated != right->repeated);
    CHECK(left->version == right->version);
    CHECK(left->position == right->position);
  }
  CHECK(two.stored() == std::pair<std::size_t, std::size_t>{40, 20});
  CHECK(two.left().load<account>("a").value().balance == sum);
}

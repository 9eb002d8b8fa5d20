#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

using annals::tests::places;
using annals::tests::settings;
using ledger::account;
using ledger::deposit;

TEST_CASE("a snapshot on demand is of the stream as it is, and loading begins there") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    CHECK(node.snapshot<account>("a").value() == 0);
    for (int i = 0; i < 3; ++i)
      REQUIRE(node.ask<account>("a", deposit{1}).get());
    CHECK(node.snapshot<account>("a").value() == 3);
    auto reader = node.open_reader().value();
    auto kept = reader->load_snapshot("ledger.account-a").value();
    REQUIRE(kept);
    CHECK(kept->version == 3);
    CHECK_THAT(kept->state, Catch::Contains(R"("balance":3)"));
    REQUIRE(node.ask<account>("a", deposit{1}).get());
    CHECK(node.load<account>("a").value().balance == 4);
  }
}

TEST_CASE("what a snapshot on demand cannot be taken of is said") {
  annals::node node{ledger::domain{}, settings("memory:")};
  CHECK(node.snapshot("ledger.safe", "a").error().code == annals::errc::unknown_aggregate);
  CHECK(node.snapshot<account>("").error().code == annals::errc::invalid_id);
  node.stop();
  CHECK(node.snapshot<account>("a").error().code == annals::errc::stopping);
}

TEST_CASE("loading ignores a snapshot that is of no use, and replays the stream") {
  places at;
  auto with = settings(at.urls.back());
  annals::node node{ledger::domain{}, with};
  auto receipt = node.ask<account>("a", deposit{7}).get().value();
  annals::stored_snapshot good{"ledger.account-a", 1,
                               receipt.position,   1,
                               annals::now(),      R"({"balance":100,"name_in_use":""})"};
  auto changed = [&](auto change) {
    auto one = good;
    change(one);
    auto& writer = node.internals().writer();
    REQUIRE(writer.drop_snapshots(good.stream));
    REQUIRE(writer.save_snapshots({&one, 1}, 1));
    return node.load<account>("a").value().balance;
  };
  CHECK(changed([](auto&) {}) == 100); // this one is believed: it says what it is a snapshot of
  CHECK(changed([](auto& one) { one.version = 2; }) == 7);
  CHECK(changed([](auto& one) { one.position = 5; }) == 7);
  CHECK(changed([](auto& one) { one.schema_version = 9; }) == 7);
  CHECK(changed([](auto& one) { one.state = R"({"bal)"; }) == 7);
  CHECK(changed([](auto& one) { one.state = R"({"balance":"many"})"; }) == 7);
  CHECK(changed([](auto& one) { one.state = ""; }) == 7);
}

#include "tests/messages/evolved_shop.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

#include <catch2/catch.hpp>

using annals::errc;

namespace {

annals::command sent(std::string name, std::string json, std::uint32_t schema_version) {
  annals::command made;
  made.aggregate = "shop.basket";
  made.id = "a";
  made.body = annals::command_body::json(std::move(name), std::move(json), schema_version);
  return made;
}

annals::config small() {
  annals::config made;
  made.live_aggregates = 1;
  made.snapshots.every_events = 0;
  return made;
}

} // namespace

TEST_CASE("a command of an older release is carried out as the command that it has become") {
  annals::node node{shop::evolved{}, small()};
  REQUIRE(node.ask(sent("shop.order", R"({"article":"tea","euros":2})", 1)).get());
  REQUIRE(node.ask(sent("shop.buy", R"({"article":"tea","euros":3})", 1)).get());
  CHECK(node.load<shop::basket>("a").value().cents == 500);
  CHECK(node.ask(sent("shop.order", R"({"article":"tea","cents":1,"gift":true})", 4))
            .get()
            .error()
            .code
        == errc::invalid_command);
  CHECK(node.ask(sent("shop.order_two", "{}", 1)).get().error().code == errc::invalid_command);
  CHECK(node.ask(sent("shop.nothing", "{}", 1)).get().error().code == errc::unknown_command);
}

TEST_CASE("a snapshot of an older schema version is upcast, or ignored where nothing takes it") {
  annals::node node{shop::evolved{}, small()};
  auto order = [&](const char* id) {
    return node.ask<shop::basket>(id, shop::order{"tea", 100, false}).get().value();
  };
  auto first = order("a");
  const auto& ignored = node.internals().aggregates().snapshots_ignored;
  auto snapshot_of_version = [&](std::uint32_t schema, const char* state) {
    annals::stored_snapshot made;
    made.stream = "shop.basket-a";
    made.version = first.version;
    made.position = first.position;
    made.schema_version = schema;
    made.state = state;
    REQUIRE(node.internals().writer().save_snapshots({&made, 1}, 1));
    order("b"); // sends the other one away
    order("a");
  };
  snapshot_of_version(2, R"({"euros":1})");
  CHECK(ignored == 0);
  snapshot_of_version(1, R"({"pounds":1})");
  CHECK(ignored == 1);
  CHECK(node.load<shop::basket>("a").value().cents == 300);
}

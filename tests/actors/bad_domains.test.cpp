#include "tests/actors/places.hpp"
#include "tests/actors/quirky.hpp"
#include "tests/messages/evolved_shop.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::settings;
using Catch::Contains;
using quirky::feel;
using quirky::mood;
using quirky::moods;
using quirky::person;
using quirky::say;

// Codecs and upcasters of the domain that are wrong: an error by name or a replay, and the node
// stays up.

namespace {

annals::config small(const std::string& url) {
  auto made = settings(url);
  made.live_aggregates = 1;
  made.snapshots.every_events = 1;
  return made;
}

void store_event(const std::string& url, std::string stream, std::string type,
                 std::string payload) {
  auto store = annals::open_store(url).value();
  annals::append_request request{std::move(stream), 0, {annals::new_event{}}};
  request.events[0].id = annals::make_id();
  request.events[0].type = std::move(type);
  request.events[0].payload = std::move(payload);
  REQUIRE(store->append({&request, 1}).front());
}

void send_away(annals::node& node) { REQUIRE(node.ask<person>("other", say{"hello"}).get()); }

// What a domain with `Upcasters` says to a basket whose stream begins with an event `type`.
template <class... Upcasters>
annals::failure refused_for(std::string type) {
  places at;
  store_event(at.urls[1], "shop.basket-a", std::move(type), "{}");
  annals::node node{annals::domain<shop::basket, shop::articles, Upcasters...>{},
                    settings(at.urls[1])};
  auto refused = node.ask<shop::basket>("a", shop::order{"tea", 5, false}).get();
  REQUIRE_FALSE(refused);
  CHECK(node.load<shop::basket>("a").error() == refused.error());
  CHECK(node.wait_for<shop::articles>(1).error().code == errc::projection_stopped);
  CHECK(node.ask<shop::basket>("b", shop::order{"tea", 5, false}).get().value().version == 1);
  CHECK_THAT(refused.error().message, Contains("shop.basket-a") && Contains("position 1"));
  return refused.error();
}

struct command_thrower {
  static constexpr annals::command_name from{"shop.order", 1};
  static shop::order upcast(const boost::json::object&) {
    throw std::runtime_error{"no such order"};
  }
};

struct state_thrower {
  static constexpr annals::aggregate_name from{"shop.basket", 2};
  static shop::basket upcast(const boost::json::object&) {
    throw std::runtime_error{"no such basket"};
  }
};

} // namespace

TEST_CASE("a state that its own JSON does not give back is replayed from its stream") {
  places at;
  for (const auto& url : at.urls)
    for (const char* text : {"cannot be read", "throws when read"}) {
      CAPTURE(url, text);
      annals::node node{quirky::domain{}, small(url)};
      REQUIRE(node.ask<person>(text, say{text}).get());
      auto stream = std::string{"quirky.person-"} + text;
      REQUIRE(comes_true(
          [&] { return node.open_reader().value()->load_snapshot(stream).value().has_value(); }));
      send_away(node);
      CHECK(node.ask<person>(text, say{"fine"}).get().value().version == 2);
      CHECK(node.internals().aggregates().snapshots_ignored == 1);
      CHECK(node.load<person>(text).value().last.text == "fine");
    }
}

TEST_CASE("a state that cannot be written as JSON has no snapshot, and its commands receipts") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{quirky::domain{}, small(url)};
    CHECK(node.ask<person>("a", say{"throws when written"}).get().value().version == 1);
    CHECK(node.internals().aggregates().snapshots_taken == 0);
    CHECK(node.ask<person>("a", say{"fine"}).get().value().version == 2);
    CHECK(node.internals().aggregates().snapshots_taken == 1);
  }
}

TEST_CASE(
    "a read model that cannot be written as JSON is built again, and the node stops in order") {
  places at;
  annals::log_position last = 0;
  {
    annals::node node{quirky::domain{}, small(at.urls[1])};
    last = node.ask<person>("a", say{"throws when written"}).get().value().position;
    REQUIRE(node.wait_for<moods>(last));
    node.stop();
  }
  annals::node node{quirky::domain{}, small(at.urls[1])};
  REQUIRE(node.wait_for<moods>(last));
  CHECK(node.read<moods>([](const moods& model) { return model.of.at("a").text; })
        == "throws when written");
}

TEST_CASE("an event that throws as it is written is refused, and its stream is as before") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{quirky::domain{}, small(url)};
    auto refused = node.ask<person>("a", feel{{"throws when written"}}).get();
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Contains("not in the mood to write"));
    CHECK(node.ask<person>("a", feel{{"fine"}}).get().value().version == 1);
  }
}

TEST_CASE("an event that throws as it is read stops its instance by name, and no other") {
  places at;
  for (const auto& url : at.urls) {
    auto with = small(url);
    with.snapshots.every_events = 0;
    annals::node node{quirky::domain{}, with};
    REQUIRE(node.ask<person>("a", feel{{"throws when read"}}).get());
    for (int i = 0; i < 2; ++i) {
      send_away(node);
      auto refused = node.ask<person>("a", say{"hello"}).get();
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == errc::undecodable);
      CHECK_THAT(refused.error().message, Contains("quirky.person-a") && Contains("position 1")
                                              && Contains("not in the mood to read"));
    }
    CHECK(node.load<person>("a").error().code == errc::undecodable);
    CHECK(node.ask<person>("b", say{"hello"}).get().value().version == 1);
  }
}

TEST_CASE("a command that throws as it is read is refused, and the next one is carried out") {
  annals::node node{quirky::domain{}, small("memory:")};
  auto ask = [&](const char* text) {
    annals::command made;
    made.aggregate = "quirky.person";
    made.id = "a";
    made.command_id = annals::make_id();
    made.body = annals::command_body::json("quirky.feel", text);
    return node.ask(std::move(made)).get();
  };
  auto refused = ask(R"({"what":"throws when read"})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::invalid_command);
  CHECK_THAT(refused.error().message, Contains("not in the mood to read"));
  CHECK(ask(R"({"what":"cannot be read"})").error().code == errc::invalid_command);
  CHECK(ask(R"({"what":"fine"})").value().version == 1);
}

TEST_CASE("an event whose upcasters are wrong stops who needs it by name, and nothing else") {
  auto circle = refused_for<shop::there, shop::and_back>("shop.here");
  CHECK(circle.code == errc::undecodable);
  CHECK_THAT(circle.message, Contains("circle"));
  auto nowhere = refused_for<shop::thrower>("shop.thrown");
  CHECK(nowhere.code == errc::domain_threw);
  CHECK(refused_for<shop::to_unknown>("shop.astray").code == errc::unknown_event_type);
  CHECK(refused_for<shop::half_good>("shop.pair_ordered").code == errc::undecodable);
}

TEST_CASE("an upcaster of commands that throws fails its command, and no other") {
  annals::node node{annals::domain<shop::basket, command_thrower>{}, settings("memory:")};
  annals::command old;
  old.aggregate = "shop.basket";
  old.id = "a";
  old.body = annals::command_body::json("shop.order", R"({"article":"tea"})", 1);
  auto refused = node.ask(old).get();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::domain_threw);
  CHECK_THAT(refused.error().message, Contains("no such order"));
  CHECK(node.ask<shop::basket>("a", shop::order{"tea", 5, false}).get().value().version == 1);
}

TEST_CASE("an upcaster of snapshots that throws costs a replay and nothing else") {
  auto with = settings("memory:");
  with.live_aggregates = 1;
  annals::node node{annals::domain<shop::basket, state_thrower>{}, with};
  auto order = [&](const char* id) {
    return node.ask<shop::basket>(id, shop::order{"tea", 5, false}).get().value();
  };
  auto first = order("a");
  annals::stored_snapshot old{"shop.basket-a", first.version, first.position, 2, {}, "{}"};
  REQUIRE(node.internals().writer().save_snapshots({&old, 1}, 1));
  order("b"); // sends the other one away
  CHECK(order("a").version == 2);
  CHECK(node.internals().aggregates().snapshots_ignored == 1);
  CHECK(node.load<shop::basket>("a").value().cents == 10);
}

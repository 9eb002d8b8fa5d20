#include "tests/printing.hpp"

#include "tests/messages/evolved_shop.hpp"

#include <annals/messages/domain_list.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using Catch::Contains;

namespace {

annals::recorded_event stored(std::string type, std::uint32_t schema_version, std::string payload) {
  annals::recorded_event event;
  event.id = annals::derive_id(annals::uuid{}, "stored");
  event.type = std::move(type);
  event.schema_version = schema_version;
  event.payload = std::move(payload);
  event.metadata = R"({"by":"ann"})";
  event.stream = "shop.basket-7";
  event.version = 3;
  event.position = 17;
  return event;
}

annals::failure why_not(const annals::registry& domain, const annals::recorded_event& event) {
  auto present = domain.in_present_form(event);
  REQUIRE_FALSE(present);
  CHECK_THAT(present.error().message, Contains("shop.basket-7") && Contains("position 17"));
  CHECK_THAT(present.error().message, Contains(event.type));
  return present.error();
}

const shop::basket& state_of(const annals::aggregate_instance& instance) {
  return *static_cast<const shop::basket*>(instance.state());
}

} // namespace

TEST_CASE("an event at its type's schema version is told as it is, without a copy") {
  annals::registry domain = shop::evolved{};
  REQUIRE(domain.check());
  auto event = stored("shop.ordered", 3, R"({"article":"tea","cents":5,"gift":true})");
  auto present = domain.in_present_form(event).value();
  CHECK(present.begin() == &event);
  CHECK(present.size() == 1);
}

TEST_CASE("an old event goes through each upcaster in turn, and a new member takes its default") {
  annals::registry domain = shop::evolved{};
  auto event = stored("shop.ordered", 1, R"({"article":"tea","euros":5})");
  auto present = domain.in_present_form(event).value();
  REQUIRE(present.size() == 1);
  auto& now = *present.begin();
  CHECK(now.type == "shop.ordered");
  CHECK(now.schema_version == 2);
  CHECK(now.payload == R"({"article":"tea","cents":500})");
  CHECK(now.stream == event.stream);
  CHECK(now.version == event.version);
  CHECK(now.position == event.position);
  CHECK(now.id == event.id);
  CHECK(now.metadata == event.metadata);
  auto instance = domain.find_aggregate("shop.basket")->make();
  REQUIRE(domain.evolve(*instance, event));
  CHECK(state_of(*instance).cents == 500);
  CHECK(state_of(*instance).gifts == 1); // `gift` was added, and is true where nothing is said
}

TEST_CASE("a member that is missing is an error at the present schema version") {
  annals::registry domain = shop::evolved{};
  auto instance = domain.find_aggregate("shop.basket")->make();
  auto event = stored("shop.ordered", 3, R"({"article":"tea","cents":5})");
  auto evolved = domain.evolve(*instance, event);
  REQUIRE_FALSE(evolved);
  CHECK(evolved.error().code == errc::undecodable);
  CHECK_THAT(evolved.error().message, Contains("gift") && Contains("missing"));
}

TEST_CASE("a renamed type, one that became several, and one that became nothing are read") {
  annals::registry domain = shop::evolved{};
  auto instance = domain.find_aggregate("shop.basket")->make();
  REQUIRE(domain.evolve(*instance, stored("shop.bought", 1, R"({"article":"tea","euros":1})")));
  CHECK(state_of(*instance).cents == 100);
  auto pair = stored("shop.pair_ordered", 1, R"({"first":"tea","second":"milk","cents":3})");
  REQUIRE(domain.in_present_form(pair).value().size() == 2);
  REQUIRE(domain.evolve(*instance, pair));
  CHECK(state_of(*instance).cents == 106);
  auto looked = stored("shop.looked", 1, "{}");
  CHECK(domain.in_present_form(looked).value().size() == 0);
  REQUIRE(domain.evolve(*instance, looked));
  CHECK(state_of(*instance).cents == 106);
}

TEST_CASE("a projection is told each of several events, with the place of the stored one") {
  annals::registry domain = shop::evolved{};
  auto model = domain.find_projection("shop.articles")->make();
  REQUIRE(domain.project(
      *model, stored("shop.pair_ordered", 1, R"({"first":"tea","second":"milk","cents":3})")));
  CHECK(model->to_json().value() == R"({"told":{"milk":[17,3],"tea":[17,3]}})");
  CHECK(domain.project(*model, stored("shop.lost", 1, "{}")).error().code
        == errc::unknown_event_type);
}

TEST_CASE("of several events none is applied where one cannot be decoded") {
  annals::registry domain = annals::domain<shop::basket, shop::articles, shop::half_good>{};
  auto model = domain.find_projection("shop.articles")->make();
  auto failed = domain.project(*model, stored("shop.pair_ordered", 1, "{}"));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == errc::undecodable);
  CHECK(model->to_json().value() == R"({"told":{}})");
}

TEST_CASE("an upcaster that throws is an error with the event's place") {
  annals::registry domain = annals::domain<shop::basket, shop::thrower>{};
  auto why = why_not(domain, stored("shop.thrown", 1, "{}"));
  CHECK(why.code == errc::domain_threw);
  CHECK_THAT(why.message, Contains("thrower") && Contains("no such member"));
}

TEST_CASE("upcasters that go round in a circle are an error that names them") {
  annals::registry domain = annals::domain<shop::basket, shop::there, shop::and_back>{};
  REQUIRE(domain.check());
  auto why = why_not(domain, stored("shop.here", 1, "{}"));
  CHECK(why.code == errc::undecodable);
  CHECK_THAT(why.message, Contains("circle") && Contains("there") && Contains("and_back"));
}

TEST_CASE("upcasters that make ever more events are an error") {
  annals::registry domain = annals::domain<shop::basket, shop::doubled<1>, shop::doubled<2>,
                                           shop::doubled<3>, shop::doubled<4>, shop::doubled<5>>{};
  auto why = why_not(domain, stored("shop.doubled", 1, "{}"));
  CHECK(why.code == errc::undecodable);
  CHECK_THAT(why.message, Contains("more than 10000"));
}

TEST_CASE("an upcaster that gives what the domain does not know is an error that names it") {
  annals::registry domain =
      annals::domain<shop::basket, shop::to_unknown, shop::to_newer, shop::to_command>{};
  auto unknown = why_not(domain, stored("shop.astray", 1, "{}"));
  CHECK(unknown.code == errc::unknown_event_type);
  CHECK_THAT(unknown.message, Contains("to_unknown") && Contains("shop.nowhere"));
  auto newer = why_not(domain, stored("shop.astray", 2, "{}"));
  CHECK(newer.code == errc::undecodable);
  CHECK_THAT(newer.message, Contains("to_newer") && Contains("up to 3"));
  auto command = why_not(domain, stored("shop.astray", 3, "{}"));
  CHECK(command.code == errc::undecodable);
  CHECK_THAT(command.message, Contains("to_command") && Contains("command shop.order"));
  auto missed = why_not(domain, stored("shop.astray", 4, "{}"));
  CHECK(missed.code == errc::unknown_event_type);
}

TEST_CASE("what an upcaster cannot take apart is an error with the event's place") {
  annals::registry domain = shop::evolved{};
  for (const char* payload : {"[]", "1", "", "{\"article\":", "null"})
    CHECK(why_not(domain, stored("shop.ordered", 1, payload)).code == errc::undecodable);
  CHECK(why_not(domain, stored("shop.ordered", 4, "{}")).code == errc::undecodable);
}

TEST_CASE("two upcasters from the same, and one from what is not old, are refused") {
  annals::registry twins = annals::domain<shop::basket, shop::thrower, shop::thrower_twin>{};
  auto refused = twins.check();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::invalid_argument);
  CHECK_THAT(refused.error().message, Contains("thrower_twin") && Contains("shop.thrown"));
  annals::registry early = annals::domain<shop::basket, shop::too_early>{};
  REQUIRE_FALSE(early.check());
  CHECK_THAT(early.check().error().message, Contains("too_early") && Contains("not older"));
  annals::registry stray = annals::domain<shop::basket, shop::stray_state>{};
  REQUIRE_FALSE(stray.check());
  CHECK(stray.check().error().code == errc::invalid_argument);
}

TEST_CASE("the state of an old snapshot is upcast, or of no use") {
  annals::registry domain = shop::evolved{};
  const auto& type = *domain.find_aggregate("shop.basket");
  CHECK(type.schema_version == 3);
  CHECK(domain.present_state(type, 3, "as it is").value() == "as it is");
  auto instance = type.make();
  auto state = domain.present_state(type, 2, R"({"euros":2})").value();
  REQUIRE(instance->from_json(state));
  CHECK(state_of(*instance).cents == 200);
  CHECK(domain.present_state(type, 1, "{}").error().code == errc::undecodable);
  CHECK(domain.present_state(type, 4, "{}").error().code == errc::undecodable);
  CHECK(domain.present_state(type, 2, "{").error().code == errc::undecodable);
  CHECK(instance->from_json(R"({"cents":1})").error().code == errc::undecodable);
  CHECK(state_of(*instance).cents == 200);
}

TEST_CASE("an old command is upcast, an unknown or newer one refused") {
  annals::registry domain = shop::evolved{};
  const auto& type = *domain.find_aggregate("shop.basket");
  auto decide = [&](annals::command_body body) -> annals::result<annals::decided> {
    auto present = domain.present_command(type, std::move(body));
    if (!present)
      return present.error();
    return type.make()->decide(*present);
  };
  auto json = [](const char* name, const char* text, std::uint32_t version) {
    return annals::command_body::json(name, text, version);
  };
  auto payload = [&](annals::command_body body) {
    return decide(std::move(body)).value().events.at(0).payload;
  };
  auto ordered = R"({"article":"tea","cents":100,"gift":true})";
  CHECK(payload(json("shop.order", R"({"article":"tea","euros":1})", 1)) == ordered);
  CHECK(payload(json("shop.buy", R"({"article":"tea","euros":1})", 1)) == ordered);
  CHECK(payload(json("shop.order", R"({"article":"tea","cents":100})", 2)) == ordered);
  CHECK(payload(annals::command_body::of(shop::order{"tea", 100, true})) == ordered);
  CHECK(decide(json("shop.order", R"({"article":"tea","cents":1})", 3)).error().code
        == errc::invalid_command);
  auto newer = decide(json("shop.order", "{}", 4)).error();
  CHECK(newer.code == errc::invalid_command);
  CHECK_THAT(newer.message, Contains("schema version 4") && Contains("up to 3"));
  CHECK(type.make()->decide(json("shop.order", "{}", 4)).error() == newer);
  CHECK(decide(json("shop.sell", "{}", 1)).error().code == errc::unknown_command);
  CHECK(decide(json("shop.order", "[]", 1)).error().code == errc::invalid_command);
  CHECK(decide(json("shop.order", "{}", 1)).error().code == errc::domain_threw);
  CHECK(decide(json("shop.order_two", "{}", 1)).error().code == errc::invalid_command);
}

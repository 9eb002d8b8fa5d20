#include "tests/actors/joint_ledger.hpp"
#include "tests/actors/places.hpp"
#include "tests/actors/with_id.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::places;
using annals::tests::settings;
using annals::tests::with_id;
using ledger::account;
using ledger::customer;
using ledger::deposit;
using ledger::do_oddly;
using ledger::joint_domain;
using ledger::pay;
using ledger::transfer;
using ledger::withdraw;

namespace {

std::int64_t balance(annals::node& node, const char* id) {
  return node.load<account>(id).value().balance;
}

} // namespace

TEST_CASE("a joint command writes to all its streams at once, and its receipt is the home's") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    REQUIRE(node.ask<account>("a", deposit{100}).get());
    annals::command_options options;
    options.command_id = annals::make_id();
    options.correlation_id = annals::make_id();
    options.metadata = R"({"by":"me"})";
    auto receipt = node.ask(transfer{"a", "b", 30}, options).get().value();
    CHECK((receipt == annals::receipt{"ledger.account-a", 2, 3, 2, false}));
    CHECK(balance(node, "a") == 70);
    CHECK(balance(node, "b") == 30);
    auto found =
        node.open_reader().value()->find_by_correlation(options.correlation_id, 0, 10).value();
    REQUIRE(found.size() == 2);
    CHECK(found[0].stream == "ledger.account-a");
    CHECK(found[1].stream == "ledger.account-b");
    for (const auto& event : found) {
      CHECK(event.causation_id == options.command_id);
      CHECK(event.metadata == options.metadata);
    }
    REQUIRE(node.wait_for<ledger::balances>(receipt.position));
    CHECK(node.read<ledger::balances>([](const auto& b) { return b.by_account.at("b"); }) == 30);
  }
}

TEST_CASE("a participant may get no events, several, or be the only one with any") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    auto first = node.ask(do_oddly{"a", "b", "only there"}).get().value();
    CHECK((first == annals::receipt{"ledger.account-a", 0, 2, 2, false}));
    CHECK(balance(node, "b") == 3);
    auto second = node.ask(do_oddly{"b", "a", "only there"}).get().value();
    CHECK((second == annals::receipt{"ledger.account-b", 2, 4, 2, false}));
    auto none = node.ask(transfer{"a", "b", 0}).get().value();
    CHECK((none == annals::receipt{"ledger.account-a", 2, 0, 0, false}));
    auto paid = node.ask(pay{"a", "carl", 3}).get().value();
    CHECK((paid == annals::receipt{"ledger.account-a", 3, 5, 1, false}));
    CHECK(node.open_reader().value()->version_of("ledger.customer-carl").value() == 0);
  }
}

TEST_CASE("participants that are no instances, or the same one twice, are refused by name") {
  annals::node node{joint_domain{}, settings("memory:")};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  auto twice = node.ask(transfer{"a", "a", 1}).get().error();
  CHECK(twice.code == errc::invalid_command);
  CHECK(twice.message.find("'ledger.account-a' twice") != std::string::npos);
  CHECK(node.ask(transfer{"a", "", 1}).get().error().code == errc::invalid_id);
  CHECK(node.ask(transfer{"", "a", 1}).get().error().code == errc::invalid_id);
  CHECK(node.ask(pay{"a", "a", 1}).get()); // of another type
  auto elsewhere = node.ask<account>("b", transfer{"a", "b", 1}).get().error();
  CHECK(elsewhere.code == errc::invalid_command);
  CHECK(elsewhere.message.find("'ledger.account-a'") != std::string::npos);
  CHECK(balance(node, "a") == 9);
}

TEST_CASE("a joint command may come as JSON, to its first participant") {
  annals::node node{joint_domain{}, settings("memory:")};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  annals::command sent;
  sent.command_id = annals::make_id();
  sent.aggregate = "ledger.account";
  sent.id = "a";
  auto ask = [&](std::string json) {
    sent.body = annals::command_body::json("transfer", std::move(json));
    return node.ask(sent).get();
  };
  CHECK(ask(R"({"from":"a","to":"b","cents":3})").value().events == 2);
  CHECK(ask(R"({ "to":"b", "from":"a", "cents":3 })").value().repeated);
  CHECK(node.ask(transfer{"a", "b", 3}, with_id(sent.command_id)).get().value().repeated);
  sent.command_id = annals::make_id();
  CHECK(ask(R"({"from":"a"})").error().code == errc::invalid_command);
  CHECK(balance(node, "b") == 3);
}

TEST_CASE("a repeat of a joint command gets the first answer, also after passivation and restart") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.live_aggregates = 1;
    with.snapshots.every_events = GENERATE(1U, 1000U);
    auto node = std::make_unique<annals::node>(joint_domain{}, with);
    auto accepted = annals::make_id();
    auto elsewhere = annals::make_id();
    auto rejected = annals::make_id();
    auto none = annals::make_id();
    REQUIRE(node->ask<account>("a", deposit{10}).get());
    auto first = node->ask(transfer{"a", "b", 4}, with_id(accepted)).get().value();
    auto there = node->ask(do_oddly{"a", "b", "only there"}, with_id(elsewhere)).get().value();
    auto refusal = node->ask(transfer{"a", "b", 7}, with_id(rejected)).get().error();
    REQUIRE(refusal.code == errc::rejected);
    auto nothing = node->ask(transfer{"a", "b", 0}, with_id(none)).get().value();
    REQUIRE(node->ask<account>("a", deposit{100}).get());
    auto end = node->open_reader().value()->last_position().value();
    first.repeated = there.repeated = nothing.repeated = true;
    auto check = [&](bool fresh_first) {
      REQUIRE(node->ask<customer>("other", ledger::block{}).get()); // sends the others away
      if (fresh_first) // the home is then loaded before anyone asks what it has had
        REQUIRE_FALSE(node->ask<account>("a", withdraw{1000}).get());
      CHECK(node->ask(transfer{"a", "b", 4}, with_id(accepted)).get().value() == first);
      CHECK(node->ask(do_oddly{"a", "b", "only there"}, with_id(elsewhere)).get().value() == there);
      CHECK(node->ask(transfer{"a", "b", 7}, with_id(rejected)).get().error() == refusal);
      CHECK(node->ask(transfer{"a", "b", 0}, with_id(none)).get().value() == nothing);
      CHECK(node->ask(transfer{"a", "b", 5}, with_id(accepted)).get().error().code
            == errc::command_id_reused);
      CHECK(node->ask<account>("a", deposit{4}, with_id(accepted)).get().error().code
            == errc::command_id_reused);
      CHECK(node->ask<account>("b", deposit{4}, with_id(accepted)).get().error().code
            == errc::command_id_reused);
      CHECK(node->ask<account>("a", deposit{4}, with_id(elsewhere)).get().error().code
            == errc::command_id_reused);
      CHECK(node->open_reader().value()->last_position().value() == ++end);
    };
    check(false);
    check(true);
    if (url == "memory:")
      continue;
    for (bool fresh_first : {false, true}) {
      node.reset();
      node = std::make_unique<annals::node>(joint_domain{}, with);
      check(fresh_first);
    }
  }
}

TEST_CASE("the id of another command is not taken for a joint command") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    auto id = annals::make_id();
    REQUIRE(node.ask<account>("a", deposit{10}, with_id(id)).get());
    CHECK(node.ask(transfer{"a", "b", 1}, with_id(id)).get().error().code
          == errc::command_id_reused);
    // The other participants do not answer for it.
    CHECK(node.ask(transfer{"b", "a", 0}, with_id(id)).get());
    CHECK(balance(node, "a") == 10);
  }
}

TEST_CASE("live aggregates that others wrote to decide on what is stored, rejections included") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    REQUIRE(node.ask<account>("a", deposit{10}).get());
    REQUIRE(node.ask<account>("b", withdraw{1}).get().error().code == errc::rejected);
    REQUIRE(node.ask(transfer{"a", "b", 10}).get());
    CHECK(node.ask<account>("b", ledger::look{}).get().value().version == 1);
    CHECK(node.ask<account>("b", withdraw{10}).get());
    REQUIRE(node.ask<account>("b", deposit{5}).get());
    REQUIRE(node.ask(transfer{"b", "a", 5}).get());
    REQUIRE(node.ask(transfer{"a", "b", 5}).get());
    annals::command_options options;
    options.expected_version = 5;
    CHECK(node.ask<account>("b", withdraw{5}, options).get());
    CHECK(node.ask<account>("a", withdraw{1}).get().error().code == errc::rejected);
  }
}

TEST_CASE("a joint command that cannot be decided or stored changes nothing and harms nobody") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.largest_payload = 100;
    annals::node node{joint_domain{}, with};
    REQUIRE(node.ask<account>("a", deposit{10}).get());
    auto code = [&](const char* how) {
      return node.ask(do_oddly{"a", "b", how}).get().error().code;
    };
    CHECK(code("throw") == errc::domain_threw);
    CHECK(code("throw in evolve") == errc::domain_threw);
    CHECK(code("\xff") == errc::unencodable);
    CHECK(node.ask(do_oddly{"a", "b", std::string(90, 'x')}).get().error().code == errc::too_large);
    annals::command nobody;
    nobody.aggregate = "ledger.account";
    nobody.id = "a";
    nobody.body = annals::command_body::of(do_oddly{"a", "b", "name nobody"});
    CHECK(node.ask(nobody).get().error().code == errc::domain_threw);
    CHECK(node.open_reader().value()->last_position().value() == 1);
    CHECK(node.ask<account>("a", withdraw{10}).get());
  }
}

TEST_CASE("a joint command may take a value that only one stream may have, for its home") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    REQUIRE(node.ask(do_oddly{"a", "b", "rename"}).get());
    CHECK(node.open_reader().value()->holder_of("ledger.names", "joint").value()
          == "ledger.account-a");
    auto id = annals::make_id();
    for (int i = 0; i < 2; ++i)
      CHECK(node.ask(do_oddly{"b", "a", "rename"}, with_id(id)).get().error().code
            == errc::already_taken);
    CHECK(balance(node, "a") == 0);
    CHECK(balance(node, "b") == 1);
  }
}

TEST_CASE("middleware of a type runs around joint commands that the type takes part in") {
  auto with = settings("memory:");
  auto seen = std::make_shared<std::string>();
  for (const char* type : {"ledger.customer", "ledger.account", ""}) {
    annals::middleware made;
    made.aggregate = type;
    made.before = [=](annals::command&) -> annals::result<void> {
      *seen += std::string{"<"} + type;
      return {};
    };
    made.after = [=](const annals::command&, const annals::reply&) {
      *seen += std::string{type} + ">";
    };
    with.around_commands.push_back(made);
  }
  annals::node node{joint_domain{}, with};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  seen->clear();
  REQUIRE(node.ask(pay{"a", "carl", 1}).get());
  CHECK(*seen == "<ledger.customer<ledger.account<>ledger.account>ledger.customer>");
  seen->clear();
  REQUIRE(node.ask(transfer{"a", "b", 1}).get());
  CHECK(*seen == "<ledger.account<>ledger.account>");
}

#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::settings;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;

TEST_CASE("a command may name the version that it expects and the time until which it is wanted") {
  annals::node node{ledger::domain{}, settings("memory:")};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  annals::command_options options;
  options.expected_version = 0;
  CHECK(node.ask<account>("a", deposit{1}, options).get().error().code == errc::version_conflict);
  options.expected_version = 1;
  CHECK(node.ask<account>("a", deposit{1}, options).get().value().version == 2);
  annals::command_options late;
  late.deadline = annals::now() - std::chrono::seconds{1};
  CHECK(node.ask<account>("a", deposit{1}, late).get().error().code == errc::expired);
  late.deadline = annals::now() + std::chrono::hours{1};
  CHECK(node.ask<account>("a", deposit{1}, late).get().value().version == 3);
}

TEST_CASE("what is too large is refused by name, and the state is as before") {
  auto with = settings("memory:");
  with.largest_payload = 100;
  annals::node node{ledger::domain{}, with};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  auto event = node.ask<account>("a", ledger::misbehave{std::string(200, 'x')}).get().error();
  CHECK(event.code == errc::too_large);
  CHECK(event.message.find("ledger.misbehaved") != std::string::npos);
  annals::command_options options;
  options.metadata = R"({"note":")" + std::string(200, 'x') + R"("})";
  CHECK(node.ask<account>("a", deposit{1}, options).get().error().code == errc::too_large);
  options.metadata = "[]";
  CHECK(node.ask<account>("a", deposit{1}, options).get().error().code == errc::invalid_command);
  CHECK(node.ask<account>("a", deposit{1}).get().value().version == 2);
}

TEST_CASE("metadata and commands of 10 MiB are refused by default, and kept where they may be") {
  places at;
  const std::string long_text(10U << 20, 'x');
  annals::command_options options;
  options.metadata = R"({"note":")" + long_text + R"("})";
  annals::command in_json;
  in_json.aggregate = "ledger.account";
  in_json.id = "a";
  in_json.body = annals::command_body::json("misbehave", R"({"where":")" + long_text + R"("})");
  for (const auto& url : at.urls) {
    auto with = settings(url);
    {
      annals::node node{ledger::domain{}, with};
      auto refused = node.ask<account>("a", deposit{1}, options).get().error();
      CHECK(refused.code == errc::too_large);
      CHECK(refused.message.size() < 1000);
      CHECK(node.ask(in_json).get().error().code == errc::too_large);
      CHECK(node.ask<account>("a", ledger::misbehave{long_text}).get().error().code
            == errc::too_large);
      CHECK(node.open_reader().value()->last_position().value() == 0);
      CHECK(node.ask<account>("b", deposit{1}).get());
    }
    with.largest_payload = 11U << 20;
    annals::node node{ledger::domain{}, with};
    REQUIRE(node.ask<account>("a", deposit{1}, options).get());
    REQUIRE(node.ask(in_json).get());
    auto events = node.open_reader().value()->read_stream("ledger.account-a").value();
    REQUIRE(events.size() == 2);
    CHECK((events[0].metadata == options.metadata));
    CHECK(events[1].payload.size() == long_text.size() + 12);
  }
}

TEST_CASE("past the limit callers get overloaded at once, and all others their receipts") {
  places at;
  auto with = settings(at.urls[1]);
  with.largest_queue = 8;
  annals::node node{ledger::domain{}, with};
  std::vector<std::future<annals::reply>> answers;
  for (int i = 0; i < 2000; ++i)
    answers.push_back(node.ask<account>("a", deposit{1}));
  std::int64_t accepted = 0;
  std::uint64_t overloaded = 0;
  for (auto& answer : answers) {
    auto reply = answer.get();
    accepted += reply ? 1 : 0;
    overloaded += !reply && reply.error().code == errc::overloaded ? 1 : 0;
  }
  CHECK(static_cast<std::uint64_t>(accepted) + overloaded == answers.size());
  CHECK(overloaded > 0);
  CHECK(overloaded == node.internals().aggregates().overloaded);
  CHECK(node.load<account>("a").value().balance == accepted);
  CHECK(comes_true([&] { return node.internals().commands().under_way() == 0; }));
}

TEST_CASE("middleware runs around each command of its aggregate, in order") {
  auto with = settings("memory:");
  auto seen = std::make_shared<std::string>();
  auto note = [&](const char* name) {
    annals::middleware made;
    made.aggregate = "ledger.account";
    made.before = [=](annals::command& command) -> annals::result<void> {
      *seen += std::string{name} + "(";
      command.metadata = R"({"by":"me"})";
      return {};
    };
    made.after = [=](const annals::command&, const annals::reply& reply) {
      *seen += std::string{reply ? "ok" : "no"} + ")" + name;
    };
    return made;
  };
  annals::middleware guard;
  guard.before = [](annals::command& command) -> annals::result<void> {
    if (command.body.name() == "ledger.withdraw")
      return annals::failure{errc::rejected, "not yours"};
    return {};
  };
  annals::middleware elsewhere;
  elsewhere.aggregate = "ledger.other";
  elsewhere.before = [](annals::command&) -> annals::result<void> { throw 1; };
  with.around_commands = {note("1"), elsewhere, note("2"), guard};
  annals::node node{ledger::domain{}, with};
  REQUIRE(node.ask<account>("a", deposit{1}).get());
  CHECK(*seen == "1(2(ok)2ok)1");
  CHECK(node.ask<account>("a", withdraw{1}).get().error().message == "not yours");
  auto stored = node.open_reader().value()->read_stream("ledger.account-a").value();
  REQUIRE(stored.size() == 1);
  CHECK(stored.front().metadata == R"({"by":"me"})");
}

TEST_CASE("rejections and failures are found by their correlation id, and are no events") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    annals::command_options options;
    options.correlation_id = annals::make_id();
    REQUIRE_FALSE(node.ask<account>("a", withdraw{1}, options).get());
    REQUIRE_FALSE(node.ask<account>("a", ledger::misbehave{"decide"}, options).get());
    auto reader = node.open_reader().value();
    auto found = reader->find_outcomes(options.correlation_id, 10).value();
    REQUIRE(found.size() == 2);
    CHECK(found[0].why->message == "insufficient funds");
    CHECK(found[0].command == "ledger.withdraw");
    CHECK(found[1].why->code == errc::domain_threw);
    CHECK(reader->last_position().value() == 0);
  }
}

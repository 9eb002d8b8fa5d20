#include "tests/actors/ledger.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/runtime.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using annals::errc;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;

namespace {

annals::command_options with_id(const annals::uuid& id) {
  annals::command_options options;
  options.command_id = id;
  return options;
}

// Waits for what other threads bring about.
template <class Condition>
bool comes_true(Condition condition) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition())
    if (std::chrono::steady_clock::now() > end)
      return false;
    else
      std::this_thread::yield();
  return true;
}

struct places {
  annals::tests::temporary_folder folder;
  std::vector<std::string> urls{"memory:", "sqlite:" + folder.file("a.annals")};
};

annals::config settings(const std::string& url) {
  annals::config made;
  made.store = url;
  return made;
}

} // namespace

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
    CHECK(good.state == R"({"balance":20})");
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

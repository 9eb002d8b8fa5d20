#include "tests/actors/joint_ledger.hpp"
#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::places;
using annals::tests::settings;
using ledger::account;
using ledger::customer;
using ledger::deposit;
using ledger::joint_domain;
using ledger::pay;
using ledger::transfer;
using ledger::withdraw;

namespace {

// The hook runs on a thread of the node, which must not be the only one.
annals::config with_threads(const std::string& url) {
  auto with = settings(url);
  with.threads = 4;
  return with;
}

struct meanwhile {
  explicit meanwhile(std::function<void()> what) { ledger::meanwhile = std::move(what); }
  ~meanwhile() { ledger::meanwhile = {}; }
};

annals::new_event unknown_event() {
  annals::new_event made;
  made.id = annals::make_id();
  made.type = "ledger.of_the_future";
  made.time = annals::now();
  made.payload = "{}";
  return made;
}

} // namespace

TEST_CASE("where a participant that was only looked at moves, the command is decided again") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, with_threads(url)};
    REQUIRE(node.ask<account>("a", deposit{10}).get());
    std::atomic<int> decided{0};
    meanwhile hook{[&] {
      if (++decided == 1)
        CHECK(node.ask<customer>("carl", ledger::block{}).get());
    }};
    auto refused = node.ask(pay{"a", "carl", 1}).get().error();
    CHECK(refused.message == "the customer is blocked");
    CHECK(decided == 2);
    CHECK(node.load<account>("a").value().balance == 10);
  }
}

TEST_CASE("a rejection holds only as long as all participants are as they were") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, with_threads(url)};
    REQUIRE(node.ask<customer>("carl", ledger::block{}).get());
    std::atomic<int> decided{0};
    meanwhile hook{[&] {
      if (++decided == 1)
        CHECK(node.ask<customer>("carl", ledger::block{}).get());
    }};
    REQUIRE_FALSE(node.ask(pay{"a", "carl", 1}).get());
    CHECK(decided == 2);
  }
}

TEST_CASE("after as many conflicts as the settings allow the caller gets one, and may ask again") {
  places at;
  for (const auto& url : at.urls) {
    auto with = with_threads(url);
    with.most_attempts = 3;
    annals::node node{joint_domain{}, with};
    annals::command_options options;
    options.command_id = annals::make_id();
    std::atomic<int> decided{0};
    {
      meanwhile hook{[&] {
        ++decided;
        CHECK(node.ask<customer>("carl", ledger::block{}).get());
      }};
      CHECK(node.ask(pay{"a", "carl", 1}, options).get().error().code == errc::version_conflict);
    }
    CHECK(decided == 4);
    CHECK(node.ask(pay{"a", "carl", 1}, options).get().error().code == errc::rejected);
  }
}

TEST_CASE("another node on the same store does not lose or double a transfer") {
  places at;
  annals::node one{joint_domain{}, settings(at.urls[1])};
  annals::node two{joint_domain{}, settings(at.urls[1])};
  for (const char* id : {"a", "b", "c"})
    REQUIRE(one.ask<account>(id, deposit{100}).get());
  std::vector<std::future<annals::reply>> answers;
  const char* pairs[][2] = {{"a", "b"}, {"b", "c"}, {"c", "a"}, {"b", "a"}};
  for (int i = 0; i < 40; ++i) {
    const auto* pair = pairs[i % 4];
    answers.push_back((i % 3 == 0 ? one : two).ask(transfer{pair[0], pair[1], 7}));
    answers.push_back((i % 2 == 0 ? one : two).ask<account>(pair[1], withdraw{1}));
  }
  std::int64_t withdrawn = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto answer = answers[i].get();
    withdrawn += i % 2 == 1 && answer ? 1 : 0;
    if (!answer) {
      bool honest =
          answer.error().code == errc::rejected || answer.error().code == errc::version_conflict;
      CHECK(honest);
    }
  }
  std::int64_t total = 0;
  for (const char* id : {"a", "b", "c"})
    total += one.load<account>(id).value().balance;
  CHECK(total == 300 - withdrawn);
}

TEST_CASE("a joint command names a deadline and the version of its home like any other") {
  annals::node node{joint_domain{}, settings("memory:")};
  REQUIRE(node.ask<account>("a", deposit{10}).get());
  annals::command_options options;
  options.expected_version = 2;
  CHECK(node.ask(transfer{"a", "b", 1}, options).get().error().code == errc::version_conflict);
  options.expected_version = 1;
  CHECK(node.ask(transfer{"a", "b", 1}, options).get().value().version == 2);
  annals::command_options late;
  late.deadline = annals::now() - std::chrono::seconds{1};
  CHECK(node.ask(transfer{"a", "b", 1}, late).get().error().code == errc::expired);
  CHECK(node.load<account>("b").value().balance == 1);
}

TEST_CASE("joint commands are carried out in their order among the commands of their home") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    std::vector<std::future<annals::reply>> answers;
    for (int i = 0; i < 30; ++i) {
      answers.push_back(node.ask<account>("a", deposit{10}));
      answers.push_back(node.ask(transfer{"a", "b", 10}));
      answers.push_back(node.ask<account>("a", withdraw{1}));
    }
    for (std::size_t i = 0; i < answers.size(); ++i)
      CHECK(answers[i].get().has_value() == (i % 3 != 2));
    CHECK(node.load<account>("b").value().balance == 300);
  }
}

TEST_CASE("past the limit joint commands are overloaded, and all others get their answers") {
  places at;
  auto with = settings(at.urls[1]);
  with.largest_queue = 4;
  annals::node node{joint_domain{}, with};
  REQUIRE(node.ask<account>("a", deposit{1000}).get());
  std::vector<std::future<annals::reply>> answers;
  for (int i = 0; i < 300; ++i)
    answers.push_back(node.ask(transfer{"a", "b", 1}));
  std::int64_t accepted = 0;
  for (auto& answer : answers)
    if (auto got = answer.get())
      ++accepted;
    else
      CHECK(got.error().code == errc::overloaded);
  CHECK(accepted < 300);
  CHECK(node.load<account>("b").value().balance == accepted);
  CHECK(comes_true([&] { return node.internals().commands().under_way() == 0; }));
}

TEST_CASE("a node that stops finishes its joint commands first") {
  places at;
  auto node = std::make_unique<annals::node>(joint_domain{}, settings(at.urls[1]));
  for (int i = 0; i < 5; ++i)
    REQUIRE(node->ask<account>("a" + std::to_string(i), deposit{100}).get());
  std::vector<std::future<annals::reply>> answers;
  for (int i = 0; i < 100; ++i)
    answers.push_back(
        node->ask(transfer{"a" + std::to_string(i % 5), "b" + std::to_string(i % 3), 1}));
  node->stop();
  std::int64_t accepted = 0;
  for (auto& answer : answers)
    if (auto got = answer.get())
      ++accepted;
    else
      CHECK((got.error().code == errc::stopping || got.error().code == errc::version_conflict));
  node = std::make_unique<annals::node>(joint_domain{}, settings(at.urls[1]));
  std::int64_t arrived = 0;
  for (int i = 0; i < 3; ++i)
    arrived += node->load<account>("b" + std::to_string(i)).value().balance;
  CHECK(arrived == accepted);
}

TEST_CASE("a participant that only joint commands write to gets its snapshots all the same") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.snapshots.every_events = 10;
    annals::node node{joint_domain{}, with};
    REQUIRE(node.ask<account>("a", deposit{1000}).get());
    int made = 0;
    for (; made < 20; ++made)
      REQUIRE(node.ask(transfer{"a", "b", 1}).get());
    auto reader = node.open_reader().value();
    annals::stored_snapshot newest;
    REQUIRE(comes_true([&] { // it is stored when nothing else waits
      REQUIRE(node.ask(transfer{"a", "b", 1}).get());
      ++made;
      auto found = reader->load_snapshot("ledger.account-b").value();
      if (found)
        newest = *found;
      return newest.version >= 20;
    }));
    CHECK(newest.state
          == R"({"balance":)" + std::to_string(newest.version) + R"(,"name_in_use":""})");
    newest.version = 1000; // one of another stream
    REQUIRE(node.internals().writer().save_snapshots({&newest, 1}, 1));
    REQUIRE(node.ask(transfer{"a", "b", 1}).get());
    CHECK(node.internals().aggregates().snapshots_ignored == 1);
    REQUIRE(node.internals().writer().drop_snapshots({}));
    CHECK(node.load<account>("b").value().balance == made + 1);
  }
}

TEST_CASE("a participant that cannot be read fails the joint command, and not its home") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{joint_domain{}, settings(url)};
    REQUIRE(node.ask<account>("a", deposit{10}).get());
    annals::append_request request{"ledger.account-b", 0, {unknown_event()}};
    REQUIRE(node.internals().writer().append({&request, 1}).front());
    auto failed = node.ask(transfer{"a", "b", 1}).get().error();
    CHECK(failed.code == errc::unknown_event_type);
    CHECK(failed.message.find("ledger.account-b") != std::string::npos);
    CHECK(node.ask(transfer{"a", "c", 10}).get());
  }
}

#include "tests/actors/notebook.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

using namespace annals::tests;
using annals::recorded_event;

TEST_CASE("a consumer has no more than its window before it acknowledges") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 10);
  auto wants = named("");
  wants.window = 3;
  std::mutex mutex;
  std::vector<annals::acknowledgement> kept;
  auto following = node.subscribe(wants,
                                  [&](const recorded_event&, annals::acknowledgement done) {
                                    std::lock_guard guard{mutex};
                                    kept.push_back(done);
                                  })
                       .value();
  auto came = [&] {
    std::lock_guard guard{mutex};
    return kept.size();
  };
  REQUIRE(comes_true([&] { return came() == 3; }));
  // What else there is to read has been seen by a second subscription, and still none came.
  notebook seen;
  auto other = node.subscribe({}, seen.writer()).value();
  REQUIRE(comes_true([&] { return seen.size() == 10; }));
  CHECK(came() == 3);
  CHECK(following.status().in_flight == 3);
  kept.at(1)();
  CHECK(comes_true([&] { return came() == 4; }));
}

TEST_CASE("consumers of one name compete, and the events of each stream stay in order") {
  places at;
  annals::node node{ledger::domain{}, settings(at.urls.back())};
  auto wants = named("work");
  wants.window = 2;
  notebook all;
  std::array<std::atomic<int>, 4> share{};
  std::vector<annals::subscription> consumers;
  for (auto& count : share)
    consumers.push_back(node.subscribe(wants,
                                       [&](const recorded_event& event) {
                                         ++count;
                                         all.write(event);
                                       })
                            .value());
  std::vector<std::future<annals::reply>> answers;
  for (int i = 0; i < 800; ++i)
    answers.push_back(node.ask<account>("a" + std::to_string(i % 40), deposit{1}));
  for (auto& one : answers)
    REQUIRE(one.get());
  REQUIRE(comes_true([&] { return consumers.front().status().acknowledged == 800; }));
  CHECK(all.size() == 800);
  std::map<std::string, annals::stream_version> versions;
  for (const auto& event : all.events())
    CHECK(event.version == ++versions[event.stream]);
  for (auto& count : share)
    CHECK(count > 0);
}

TEST_CASE("what a consumer leaves behind goes to another, before later events of its stream") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 5);
  auto wants = named("work");
  wants.window = 2;
  std::atomic<int> idle{0};
  auto first =
      node.subscribe(wants, [&](const recorded_event&, annals::acknowledgement) { ++idle; })
          .value();
  REQUIRE(comes_true([&] { return idle == 2; }));
  notebook seen;
  auto second = node.subscribe(wants, seen.writer()).value();
  CHECK(second.status().acknowledged == 0); // all is of the stream that the first one holds
  first.cancel();
  REQUIRE(comes_true([&] { return seen.size() == 5; }));
  CHECK(seen.positions() == all_up_to(5));
}

TEST_CASE("after a consumer has left the others get what comes, and after the last nobody does") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto wants = named("work");
  notebook first, second, third;
  auto one = node.subscribe(wants, first.writer()).value();
  auto other = node.subscribe(wants, second.writer()).value();
  deposit_to(node, "a", 2);
  deposit_to(node, "b", 2);
  REQUIRE(comes_true([&] { return one.status().acknowledged == 4; }));
  const auto before = first.size();
  one.cancel();
  deposit_to(node, "a", 2);
  REQUIRE(comes_true([&] { return other.status().acknowledged == 6; }));
  CHECK(first.size() == before);
  CHECK(second.size() == 6 - before);
  other.cancel();
  deposit_to(node, "b", 2);
  auto next = node.subscribe(wants, third.writer()).value();
  REQUIRE(comes_true([&] { return third.size() == 2; }));
  CHECK(third.positions() == std::vector<annals::log_position>{7, 8});
  CHECK(first.size() + second.size() == 6);
}

TEST_CASE("each consumer may have the events of a stream, one after the other, while others wait") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto wants = named("work");
  wants.window = 1;
  std::mutex mutex;
  std::vector<std::pair<std::string, annals::acknowledgement>> held;
  std::vector<annals::subscription> consumers;
  for (int i = 0; i < 3; ++i)
    consumers.push_back(
        node.subscribe(wants,
                       [&](const recorded_event& event, annals::acknowledgement done) {
                         std::lock_guard guard{mutex};
                         held.emplace_back(event.stream, done);
                       })
            .value());
  for (int round = 0; round < 4; ++round)
    for (const auto* id : {"a", "b", "c"})
      deposit_to(node, id);
  for (int round = 0; round < 4; ++round) {
    REQUIRE(comes_true([&] {
      std::lock_guard guard{mutex};
      return held.size() == 3;
    }));
    std::vector<std::pair<std::string, annals::acknowledgement>> all;
    {
      std::lock_guard guard{mutex};
      all.swap(held);
    }
    std::set<std::string> streams;
    for (const auto& [stream, done] : all)
      streams.insert(stream);
    CHECK(streams.size() == 3); // none has two events under way
    for (const auto& [stream, done] : all)
      done();
  }
  CHECK(comes_true([&] { return consumers.front().status().acknowledged == 12; }));
}

TEST_CASE("with one active consumer the next takes over when it leaves") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto wants = named("single");
  wants.one_active = true;
  notebook first, second;
  auto active = node.subscribe(wants, first.writer()).value();
  auto standby = node.subscribe(wants, second.writer()).value();
  deposit_to(node, "a", 3);
  deposit_to(node, "b", 3);
  REQUIRE(comes_true([&] { return first.size() == 6; }));
  CHECK(second.size() == 0);
  REQUIRE(comes_true([&] { return active.status().acknowledged == 6; }));
  active.cancel();
  deposit_to(node, "a", 2);
  REQUIRE(comes_true([&] { return second.size() == 2; }));
  CHECK(first.size() == 6);
}

TEST_CASE("a consumer that throws is called again, and stops its subscription when it goes on") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 3);
  auto wants = named("fragile");
  wants.retry_after = std::chrono::milliseconds{1};
  wants.most_retries = 3;
  std::atomic<int> calls{0};
  notebook seen;
  auto recovers = node.subscribe(wants,
                                 [&](const recorded_event& event) {
                                   if (event.position == 2 && ++calls < 3)
                                     throw std::runtime_error{"the mail server is away"};
                                   seen.write(event);
                                 })
                      .value();
  REQUIRE(comes_true([&] { return seen.size() == 3; }));
  CHECK(seen.positions() == all_up_to(3));
  recovers.cancel();

  wants.name = "broken";
  auto breaks = node.subscribe(wants,
                               [&](const recorded_event& event) {
                                 if (event.position == 2)
                                   throw std::runtime_error{"no such mailbox"};
                               })
                    .value();
  REQUIRE(comes_true([&] { return breaks.status().stopped.has_value(); }));
  auto why = breaks.status().stopped.value();
  CHECK_THAT(why.message, Catch::Contains("'broken'") && Catch::Contains("no such mailbox")
                              && Catch::Contains("position 2"));
  CHECK(breaks.status().acknowledged == 1);
  CHECK(node.subscribe(wants, seen.writer()).error() == why);
  breaks.cancel();
  auto again = node.subscribe(wants, seen.writer()).value();
  REQUIRE(comes_true([&] { return seen.size() == 5; }));
  CHECK(seen.positions().at(3) == 2);
}

TEST_CASE("a subscription that waits to call again ends at once, and the event comes to the next") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto wants = named("patient");
  wants.retry_after = std::chrono::hours{1};
  std::atomic<int> calls{0};
  auto waits = node.subscribe(wants,
                              [&](const recorded_event&) {
                                ++calls;
                                throw std::runtime_error{"the mail server is away"};
                              })
                   .value();
  deposit_to(node, "a", 2);
  REQUIRE(comes_true([&] { return calls > 0; }));
  waits.cancel();
  const int before = calls;
  notebook seen;
  auto next = node.subscribe(wants, seen.writer()).value();
  REQUIRE(comes_true([&] { return seen.size() == 2; }));
  CHECK(seen.positions() == all_up_to(2));
  CHECK(calls == before);
}

TEST_CASE("a callback may end its own subscription and begin another") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 3);
  std::atomic<int> calls{0};
  std::atomic<bool> ready{false};
  notebook seen;
  annals::subscription ends, begins;
  ends = node.subscribe({},
                        [&](const recorded_event&) {
                          REQUIRE(comes_true([&] { return ready.load(); }));
                          ++calls;
                          begins = node.subscribe({}, seen.writer()).value();
                          ends.cancel();
                        })
             .value();
  ready = true;
  REQUIRE(comes_true([&] { return seen.size() == 3; }));
  CHECK(calls == 1);
}

#include "tests/actors/stage.hpp"

#include <caf/scoped_actor.hpp>

#include <catch2/catch.hpp>

#include <thread>

using annals::errc;
using annals::failure;
using annals::tests::is_ready;
using annals::tests::stage;
using annals::tests::stored;
using ledger::deposit;
using ledger::withdraw;

// What waits while a stream is loaded, or an append is under way.

namespace {

using answers = std::vector<std::future<annals::reply>>;

answers deposits(stage& on, std::int64_t count) {
  answers made;
  for (std::int64_t cents = 1; cents <= count; ++cents)
    made.push_back(on.ask(deposit{cents}));
  return made;
}

} // namespace

TEST_CASE("commands that wait for the stream to be loaded are carried out in their order") {
  stage on;
  on.reader.set({stored(1, R"({"cents":5})")});
  on.reader.hold();
  auto first = on.ask(withdraw{5});
  auto refused =
      on.ask(withdraw{1}); // would not be, if it came before the first or after the third
  auto third = on.ask(deposit{3});
  CHECK_FALSE(is_ready(first));
  on.reader.release();
  auto append = on.journal.next();
  CHECK(append.request.expected_version == 1);
  append.store();
  append = on.journal.next();
  CHECK(first.get().value().version == 2);
  append.store();
  CHECK(refused.get().error().message == "insufficient funds");
  CHECK(third.get().value().version == 3);
}

TEST_CASE("commands that come while others are stored stand behind them, and none overtakes") {
  stage on;
  auto first = on.ask(deposit{10});
  auto append = on.journal.next();
  auto second = on.ask(withdraw{10});
  auto refused = on.ask(withdraw{1});
  append.store();
  append = on.journal.next();
  auto third = on.ask(deposit{1});
  auto looked = on.ask(ledger::look{});
  CHECK_FALSE(is_ready(refused));
  append.store();
  append = on.journal.next();
  CHECK(append.request.expected_version == 2);
  CHECK(second.get().value().version == 2);
  CHECK(refused.get().error().code == errc::rejected);
  CHECK_FALSE(is_ready(looked));
  append.store();
  CHECK(third.get().value().version == 3);
  CHECK(looked.get().value().version == 3);
}

TEST_CASE("of many commands that wait each is carried out, in order, and the wrong ones refused") {
  stage on;
  on.reader.hold();
  answers good = deposits(on, 500);
  answers wrong;
  for (int i = 0; i < 10; ++i)
    wrong.push_back(on.ask(deposit{0}));
  auto more = deposits(on, 500);
  on.reader.release();
  std::int64_t expected = 0;
  for (annals::stream_version version = 0; version < 1000;) {
    auto append = on.journal.next();
    REQUIRE(append.request.expected_version == version);
    for (const auto& event : append.request.events)
      REQUIRE(event.payload == R"({"cents":)" + std::to_string(expected++ % 500 + 1) + "}");
    version += append.request.events.size();
    append.store();
  }
  for (std::size_t i = 0; i < 500; ++i) {
    REQUIRE(good[i].get().value().version == i + 1);
    REQUIRE(more[i].get().value().version == i + 501);
  }
  for (auto& one : wrong)
    CHECK(one.get().error().message == "a deposit is more than 0");
}

TEST_CASE("of many commands one of which cannot be stored all others are") {
  stage on;
  auto first = on.ask(deposit{1});
  auto append = on.journal.next();
  append.store();
  CHECK(first.get());
  auto failing = on.ask(deposit{2});
  append = on.journal.next();
  auto after = deposits(on, 8);
  on.reader.set({stored(1, R"({"cents":1})")});
  append.answer(failure{errc::store_unavailable, "no answer"});
  CHECK(failing.get().error().code == errc::store_unavailable);
  for (annals::stream_version version = 1; version < 9;) {
    append = on.journal.next();
    CHECK(append.request.expected_version == version);
    version += append.request.events.size();
    append.store();
  }
  annals::stream_version version = 1;
  for (auto& one : after)
    CHECK(one.get().value().version == ++version);
}

TEST_CASE("at the limit of those that wait the next command is refused, and those before stay") {
  stage on;
  on.reader.hold();
  auto most = annals::traffic::limits{}.in_instance;
  CHECK(most == annals::config{}.largest_queue);
  auto waiting = deposits(on, static_cast<std::int64_t>(most));
  CHECK(on.ask(deposit{1}).get().error().code == errc::overloaded);
  on.reader.release();
  for (std::size_t left = most; left > 0;) {
    auto append = on.journal.next();
    left -= append.request.events.size();
    append.store();
  }
  for (auto& one : waiting)
    REQUIRE(one.get());
  auto later = on.ask(deposit{1});
  on.journal.next().store();
  CHECK(later.get().value().version == most + 1);
}

TEST_CASE("who finishes while a stream is loaded first answers the commands that wait for it") {
  stage on;
  on.reader.hold();
  auto waiting = deposits(on, 3);
  caf::scoped_actor self{on.system};
  auto finished = self->request(on.dispatcher, caf::infinite, annals::finish{});
  CHECK(on.ask(deposit{1}).get().error().code == errc::stopping);
  on.reader.release();
  for (annals::stream_version version = 0; version < 3;) {
    auto append = on.journal.next();
    version += append.request.events.size();
    CHECK_FALSE(is_ready(waiting.back()));
    append.store();
  }
  bool answered = false;
  finished.receive([&](annals::finished) { answered = true; }, [](const caf::error&) {});
  CHECK(answered);
  for (auto& one : waiting)
    CHECK(one.get());
}

TEST_CASE("who is ended while commands wait leaves none of them without an answer") {
  stage on;
  on.reader.hold();
  auto waiting = deposits(on, 3);
  caf::anon_send_exit(on.dispatcher, caf::exit_reason::user_shutdown);
  for (auto& one : waiting)
    CHECK(one.get().error().code == errc::stopping);
  on.reader.release();
}

TEST_CASE("a command whose deadline passes while its stream is loaded is not decided any more") {
  stage on;
  on.reader.hold();
  annals::command_options soon;
  soon.deadline = annals::now() + std::chrono::milliseconds{20};
  auto late = on.ask(deposit{1}, soon);
  auto patient = on.ask(deposit{2});
  while (annals::now() < soon.deadline)
    std::this_thread::yield();
  on.reader.release();
  auto append = on.journal.next();
  CHECK(append.request.expected_version == 0);
  append.store();
  CHECK(late.get().error().code == errc::expired);
  CHECK(patient.get().value().version == 1);
}

#include "tests/actors/stage.hpp"

#include <catch2/catch.hpp>

using annals::errc;
using annals::failure;
using annals::tests::is_ready;
using annals::tests::stage;
using annals::tests::stored;
using ledger::deposit;
using ledger::withdraw;

TEST_CASE("no receipt is given before the events are stored") {
  stage on;
  auto answer = on.ask(deposit{1});
  auto append = on.journal.next();
  CHECK(append.request.expected_version == 0);
  CHECK_FALSE(is_ready(answer));
  append.store();
  CHECK(answer.get().value().version == 1);
}

TEST_CASE("an aggregate decides on while an append is under way, and sends the rest as one") {
  stage on;
  auto first = on.ask(deposit{10});
  auto append = on.journal.next();
  auto second = on.ask(withdraw{7});
  auto third = on.ask(ledger::exchange{1, 2});
  append.store();
  append = on.journal.next();
  CHECK(append.request.expected_version == 1);
  CHECK(append.request.events.size() == 3);
  CHECK(first.get().value().version == 1);
  CHECK_FALSE(is_ready(second));
  append.store();
  CHECK(second.get().value() == annals::receipt{"ledger.account-a", 2, 2, 1, false});
  CHECK(third.get().value() == annals::receipt{"ledger.account-a", 4, 4, 2, false});
}

TEST_CASE("a rejection waits for the events that it stems from") {
  stage on;
  auto first = on.ask(deposit{10});
  auto append = on.journal.next();
  auto spent = on.ask(withdraw{10});
  auto refused = on.ask(withdraw{1});
  append.store();
  append = on.journal.next();
  CHECK_FALSE(is_ready(refused));
  append.store();
  CHECK(spent.get());
  CHECK(refused.get().error().message == "insufficient funds");
}

TEST_CASE("what was decided on top of an append that fails is decided again without it") {
  stage on;
  auto first = on.ask(deposit{10});
  auto append = on.journal.next();
  auto leaning = on.ask(withdraw{10});
  auto own = on.ask(deposit{3});
  append.answer(failure{errc::store_full, "the disk is full"});
  CHECK(first.get().error().code == errc::store_full);
  // Without the first deposit there is nothing to withdraw.
  append = on.journal.next();
  CHECK(append.request.expected_version == 0);
  CHECK(append.request.events.size() == 1);
  append.store();
  CHECK(leaning.get().error().message == "insufficient funds");
  CHECK(own.get().value().version == 1);
}

TEST_CASE("a command whose append met another writer is decided again on what that one wrote") {
  stage on;
  auto answer = on.ask(deposit{10});
  auto append = on.journal.next();
  auto leaning = on.ask(withdraw{12});
  on.reader.set({stored(1, R"({"cents":5})")});
  append.answer(failure{errc::version_conflict, "too late"});
  append = on.journal.next();
  CHECK(append.request.expected_version == 1);
  append.store();
  auto rest = on.journal.next();
  CHECK(rest.request.expected_version == 2);
  rest.store();
  CHECK(answer.get().value().version == 2);
  CHECK(leaning.get().value().version == 3);
}

TEST_CASE("a command that another node carried out first gets the receipt of that one") {
  stage on;
  annals::command_options options;
  options.command_id = annals::make_id();
  auto answer = on.ask(deposit{10}, options);
  auto append = on.journal.next();
  auto theirs = stored(2, R"({"cents":10})");
  theirs.causation_id = options.command_id;
  on.reader.set({stored(1, R"({"cents":5})"), theirs});
  append.answer(failure{errc::version_conflict, "too late"});
  CHECK(answer.get().value() == annals::receipt{"ledger.account-a", 2, 2, 1, true});
  CHECK(on.journal.empty());
}

TEST_CASE("after a bounded number of conflicts the caller is told") {
  stage on;
  auto answer = on.ask(deposit{10});
  for (int i = 0; i < 4; ++i)
    on.journal.next().answer(failure{errc::version_conflict, "too late"});
  CHECK(answer.get().error().code == errc::version_conflict);
  CHECK(on.journal.empty());
}

TEST_CASE("an append that succeeded without an answer is found when the command comes again") {
  stage on;
  annals::command_options options;
  options.command_id = annals::make_id();
  auto answer = on.ask(deposit{10}, options);
  auto append = on.journal.next();
  // The events are in the store, but all that comes back is a failure.
  auto event = stored(1, R"({"cents":10})");
  event.causation_id = options.command_id;
  on.reader.set({event});
  append.answer(failure{errc::store_unavailable, "the answer was lost"});
  CHECK(answer.get().error().code == errc::store_unavailable);
  auto again = on.ask(deposit{10}, options).get().value();
  CHECK(again.repeated);
  CHECK(again.version == 1);
  CHECK(on.journal.empty());
}

TEST_CASE("a repeat of a command that is under way gets the receipt of the first") {
  stage on;
  annals::command_options options;
  options.command_id = annals::make_id();
  auto first = on.ask(deposit{10}, options);
  auto append = on.journal.next();
  auto repeat = on.ask(deposit{10}, options);
  append.store();
  CHECK(first.get().value().version == 1);
  CHECK(repeat.get().value() == annals::receipt{"ledger.account-a", 1, 1, 1, true});
  CHECK(on.journal.empty());
}

TEST_CASE("a command that throws while others wait for the stream does not hold them up") {
  stage on;
  on.reader.hold();
  auto thrown = on.ask(ledger::misbehave{"decide"});
  auto thrown_too = on.ask(ledger::misbehave{"decide"});
  auto answer = on.ask(deposit{1});
  on.reader.release();
  on.journal.next().store();
  CHECK(thrown.get().error().code == errc::domain_threw);
  CHECK(thrown_too.get().error().code == errc::domain_threw);
  CHECK(answer.get().value().version == 1);
}

TEST_CASE("a repeat under way gets its receipt although another command throws meanwhile") {
  stage on;
  annals::command_options options;
  options.command_id = annals::make_id();
  auto before = on.ask(deposit{1});
  auto append = on.journal.next();
  auto first = on.ask(deposit{10}, options);
  auto repeat = on.ask(deposit{10}, options);
  append.store();
  append = on.journal.next();
  auto thrown = on.ask(ledger::misbehave{"decide"});
  auto after = on.ask(deposit{1});
  on.reader.set({stored(1, R"({"cents":1})"), stored(2, R"({"cents":10})")});
  append.store();
  on.journal.next().store();
  CHECK(thrown.get().error().code == errc::domain_threw);
  CHECK(repeat.get().value() == annals::receipt{"ledger.account-a", 2, 2, 1, true});
  CHECK(first.get().value().version == 2);
  CHECK(after.get().value().version == 3);
}

TEST_CASE("a stream that cannot be read fails its commands and is read again for the next") {
  stage on;
  on.reader.fail_with(failure{errc::store_unavailable, "no answer"});
  CHECK(on.ask(deposit{1}).get().error().code == errc::store_unavailable);
  on.reader.fail_with({});
  auto answer = on.ask(deposit{1});
  on.journal.next().store();
  CHECK(answer.get());
}

TEST_CASE("nothing is decided on a stream of which events are missing") {
  stage on;
  on.reader.set({stored(1, R"({"cents":1})"), stored(3, R"({"cents":1})")});
  auto refused = on.ask(deposit{1}).get();
  CHECK(refused.error().code == errc::store_corrupt);
  CHECK(refused.error().message.find("version 3 (position 3) where version 2 should be")
        != std::string::npos);
  CHECK(on.journal.empty());
}

TEST_CASE("a long stream is read in pages, once, and its version is that of its last event") {
  stage on;
  std::vector<annals::recorded_event> events;
  for (annals::stream_version version = 1; version <= 2500; ++version)
    events.push_back(stored(version, R"({"cents":1})"));
  on.reader.set(events);
  auto answer = on.ask(withdraw{2500});
  auto append = on.journal.next();
  CHECK(append.request.expected_version == 2500);
  append.store();
  CHECK(answer.get());
  CHECK(on.reader.loads() == 3);
  CHECK(on.ask(withdraw{1}).get().error().code == errc::rejected);
  CHECK(on.reader.loads() == 3);
}

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

using namespace std::chrono_literals;

using outcome_list = std::vector<command_outcome>;

outcome_list of_stream(event_store& store, std::string_view stream, timestamp since = {},
                       std::size_t limit = 100) {
  return store.open_reader().value()->read_outcomes(stream, since, limit).value();
}

// Some outcomes of a stream, an hour from one to the next; the nth has n as its digest.
outcome_list fill_outcomes(event_store& store, const std::string& stream, std::size_t count) {
  outcome_list made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back(sample_outcome(stream));
    made.back().time = timestamp{std::chrono::hours{i}};
    made.back().digest = i + 1;
    append(store, with_outcome(made.back())).value();
  }
  return made;
}

void check_kept(event_store& store) {
  SECTION("every member of an outcome is kept, also for a stream that is not there") {
    auto rejected = sample_outcome("a-1");
    CHECK(append(store, with_outcome(rejected)) == appended{0, 0});
    CHECK((of_stream(store, "a-1") == outcome_list{rejected}));
    CHECK(store.open_reader().value()->list_streams("", 10).value().empty());
    CHECK(fill(store, "a-1", 0, 1) == appended{1, 1});
  }
  SECTION("an outcome may say nothing but its names") {
    command_outcome bare;
    bare.command_id = make_id();
    bare.stream = "a-1";
    bare.command = "touch";
    append(store, with_outcome(bare)).value();
    CHECK((of_stream(store, "a-1") == outcome_list{bare}));
  }
  SECTION("every code of a failure is kept") {
    for (int code = 1; code <= static_cast<int>(errc::internal); ++code) {
      auto outcome = sample_outcome("a-" + std::to_string(code));
      outcome.why = failure{static_cast<errc>(code), "because"};
      append(store, with_outcome(outcome)).value();
      CHECK((of_stream(store, outcome.stream) == outcome_list{outcome}));
    }
  }
  SECTION("the store fills in the position of a command that had events, and of no other") {
    fill(store, "b-1", 0, 1);
    auto request = sample_request("a-1", 0, 2);
    request.extras.parts.push_back(sample_part("b-1", 1, 2));
    auto accepted = sample_outcome("a-1");
    accepted.why.reset();
    accepted.events = 4;
    auto refused = sample_outcome("a-1");
    request.extras.outcomes = {accepted, refused};
    CHECK(append(store, request) == appended{2, 5});
    accepted.position = 5;
    CHECK((store.open_reader().value()->find_outcomes(accepted.correlation_id, 9).value()
           == outcome_list{accepted}));
    CHECK((store.open_reader().value()->find_outcomes(refused.correlation_id, 9).value()
           == outcome_list{refused}));
  }
  SECTION("an outcome without its stream, command or id is refused") {
    auto good = sample_outcome("a-1");
    for (int missing = 0; missing < 3; ++missing) {
      auto request = with_outcome(good);
      auto& outcome = request.extras.outcomes.front();
      (missing == 0 ? outcome.stream : outcome.command) = "";
      if (missing == 2)
        outcome = good, outcome.command_id = {};
      CHECK(append(store, request).error().code == errc::invalid_argument);
    }
  }
}

void check_found(event_store& store) {
  SECTION("the outcomes of a stream are read newest first, from a time on, to a limit") {
    auto made = fill_outcomes(store, "a-1", 5);
    fill_outcomes(store, "a-2", 2);
    CHECK((of_stream(store, "a-1") == outcome_list(made.rbegin(), made.rend())));
    CHECK((of_stream(store, "a-1", made[2].time) == outcome_list{made[4], made[3], made[2]}));
    CHECK((of_stream(store, "a-1", made[1].time, 2) == outcome_list{made[4], made[3]}));
    CHECK(of_stream(store, "a-1", made[4].time + 1us).empty());
    CHECK(of_stream(store, "a-1", {}, 0).empty());
    CHECK(of_stream(store, "a-3").empty());
  }
  SECTION("of outcomes of one time the one that came last is the newest") {
    auto first = sample_outcome("a-1");
    auto second = sample_outcome("a-1");
    second.time = first.time;
    append(store, with_outcome(first)).value();
    append(store, with_outcome(second)).value();
    CHECK((of_stream(store, "a-1") == outcome_list{second, first}));
  }
  SECTION("outcomes are found by their correlation id in order of time, and none by the nil id") {
    auto made = fill_outcomes(store, "a-1", 2);
    auto other = sample_outcome("a-2");
    other.correlation_id = made[1].correlation_id;
    other.time = made[0].time;
    append(store, with_outcome(other)).value();
    auto unrelated = sample_outcome("a-2");
    unrelated.correlation_id = {};
    append(store, with_outcome(unrelated)).value();
    auto reader = store.open_reader().value();
    CHECK((reader->find_outcomes(other.correlation_id, 9).value() == outcome_list{other, made[1]}));
    CHECK((reader->find_outcomes(other.correlation_id, 1).value() == outcome_list{other}));
    CHECK(reader->find_outcomes({}, 9).value().empty());
  }
}

void check_final(event_store& store) {
  SECTION("the final outcome of a command is found by stream and command id, and no other") {
    auto made = fill_outcomes(store, "a-1", 3);
    auto& wanted = made[1];
    auto failed = sample_outcome("a-1");
    failed.why = failure{errc::domain_threw, "as a test wants it"};
    append(store, with_outcome(failed)).value();
    auto reader = store.open_reader().value();
    CHECK((reader->find_outcome("a-1", wanted.command_id).value() == wanted));
    CHECK_FALSE(reader->find_outcome("a-2", wanted.command_id).value());
    CHECK_FALSE(reader->find_outcome("a-1", failed.command_id).value());
    CHECK_FALSE(reader->find_outcome("a-1", make_id()).value());
    CHECK_FALSE(reader->find_outcome("a-1", {}).value());
    store.forget_outcomes(made[2].time, 9).value();
    CHECK_FALSE(reader->find_outcome("a-1", wanted.command_id).value());
  }
}

void check_forgotten(event_store& store) {
  SECTION("outcomes older than a time are forgotten, the oldest first, in steps") {
    auto made = fill_outcomes(store, "a-1", 5);
    CHECK(store.forget_outcomes(made[4].time, 3).value() == 3);
    CHECK((of_stream(store, "a-1") == outcome_list{made[4], made[3]}));
    CHECK(store.forget_outcomes(made[4].time, 3).value() == 1);
    CHECK(store.forget_outcomes(made[4].time, 3).value() == 0);
    CHECK((of_stream(store, "a-1") == outcome_list{made[4]}));
    CHECK(store.open_reader().value()->find_outcomes(made[0].correlation_id, 9).value().empty());
  }
  SECTION("a command whose outcome was forgotten may be answered again") {
    auto made = fill_outcomes(store, "a-1", 1);
    store.forget_outcomes(now(), 10).value();
    CHECK(append(store, with_outcome(made[0])).has_value());
  }
}

void check_conflict(const append_outcome& outcome, const uuid& command_id) {
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code == errc::version_conflict);
  CHECK_THAT(outcome.error().message,
             Catch::Contains(to_string(command_id)) && Catch::Contains("answered by another node"));
}

void check_answered_once(event_store& store) {
  auto answer = sample_outcome("a-1");
  auto other = answer;
  SECTION("a command has one final outcome: accepted, rejected, or a value taken") {
    std::vector<std::optional<failure>> finals{std::nullopt, failure{errc::rejected, "no"},
                                               failure{errc::already_taken, "taken"}};
    answer.why = GENERATE_COPY(from_range(finals));
    append(store, with_outcome(answer)).value();
    for (const auto& why : finals) {
      other.why = why;
      auto request = sample_request("a-1", 0);
      request.extras.outcomes.push_back(other);
      std::vector requests{sample_request("a-2", of_stream(store, "a-2").size()), request};
      requests[0].expected_version = store.open_reader().value()->version_of("a-2").value();
      auto answers = store.append(requests);
      CHECK(answers[0].has_value());
      check_conflict(answers[1], answer.command_id);
    }
    CHECK((of_stream(store, "a-1") == outcome_list{answer}));
    CHECK(store.open_reader().value()->version_of("a-1").value() == 0);
  }
  SECTION("of two final outcomes in one group the second is a conflict") {
    std::vector requests{with_outcome(answer), with_outcome(other)};
    auto answers = store.append(requests);
    CHECK(answers[0].has_value());
    check_conflict(answers[1], answer.command_id);
  }
  SECTION("two final outcomes of one command in one append are refused") {
    auto request = with_outcome(answer);
    request.extras.outcomes.push_back(other);
    CHECK(append(store, request).error().code == errc::invalid_argument);
  }
  SECTION("failures are kept as often as they come, before a final outcome and after it") {
    other.why = failure{errc::domain_threw, "out of range"};
    for (int i = 0; i < 2; ++i)
      append(store, with_outcome(other)).value();
    append(store, with_outcome(answer)).value();
    append(store, with_outcome(other)).value();
    CHECK(of_stream(store, "a-1").size() == 4);
  }
  SECTION("the same command id may be answered in another stream") {
    append(store, with_outcome(answer)).value();
    other.stream = "a-2";
    CHECK(append(store, with_outcome(other)).has_value());
  }
  SECTION("events of a command that has its final outcome are a conflict, other events are not") {
    fill(store, "a-1", 0, 1);
    append(store, with_outcome(answer, 1)).value();
    auto late = sample_request("a-1", 1, 3);
    late.events[2].causation_id = answer.command_id;
    check_conflict(append(store, late), answer.command_id);
    CHECK(store.open_reader().value()->version_of("a-1").value() == 1);
    late.stream = "a-2";
    late.expected_version = 0;
    CHECK(append(store, late).has_value());
    CHECK(fill(store, "a-1", 1, 1).version == 2);
  }
  SECTION("events of a command that only failed are no conflict") {
    other.why = failure{errc::domain_threw, "out of range"};
    append(store, with_outcome(other)).value();
    auto again = sample_request("a-1", 0);
    again.events[0].causation_id = other.command_id;
    CHECK(append(store, again).has_value());
  }
}

} // namespace

void check_outcomes(const store_place& place) {
  auto store = place.open();
  check_kept(*store);
  check_found(*store);
  check_final(*store);
  check_forgotten(*store);
  check_answered_once(*store);
  if (place.outlives_its_object)
    SECTION("outcomes are there when the store is opened again") {
      auto answer = sample_outcome("a-1");
      append(*store, with_outcome(answer)).value();
      store.reset();
      store = place.open();
      CHECK((of_stream(*store, "a-1") == outcome_list{answer}));
      check_conflict(append(*store, with_outcome(answer)), answer.command_id);
    }
}

} // namespace annals::conformance

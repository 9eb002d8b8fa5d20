#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

void check_conflict(const append_outcome& outcome, std::string_view stream, stream_version expected,
                    stream_version actual) {
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code == errc::version_conflict);
  for (const auto& part : {std::string{stream}, std::to_string(expected), std::to_string(actual)})
    CHECK_THAT(outcome.error().message, Catch::Contains(part));
}

void check_refused(const append_outcome& outcome) {
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code == errc::invalid_argument);
}

void check_expected_versions(event_store& store) {
  SECTION("an append at the version that the stream has is stored") {
    CHECK(append(store, sample_request("a-1", 0, 2)) == appended{2, 2});
    CHECK(append(store, sample_request("a-1", 2, 1)) == appended{3, 3});
    CHECK(append(store, sample_request("a-2", 0, 1)) == appended{1, 4});
  }
  SECTION("version 0 means that the stream must be empty") {
    fill(store, "a-1", 0, 1);
    check_conflict(append(store, sample_request("a-1", 0)), "a-1", 0, 1);
  }
  SECTION("a version that is too low or too high is refused and leaves nothing behind") {
    fill(store, "a-1", 0, 3);
    check_conflict(append(store, sample_request("a-1", 2)), "a-1", 2, 3);
    check_conflict(append(store, sample_request("a-1", 4)), "a-1", 4, 3);
    check_conflict(append(store, sample_request("a-2", 1)), "a-2", 1, 0);
    check_conflict(append(store, sample_request("a-1", std::numeric_limits<stream_version>::max())),
                   "a-1", std::numeric_limits<stream_version>::max(), 3);
    CHECK(whole_log(store).size() == 3);
    CHECK(store.open_reader().value()->list_streams("", 10).value()
          == std::vector<stream_info>{{"a-1", 3}});
    CHECK(append(store, sample_request("a-1", 3)) == appended{4, 4});
  }
}

void check_groups(event_store& store) {
  SECTION("the requests of one append have outcomes of their own") {
    fill(store, "a-2", 0, 5);
    std::vector requests{sample_request("a-1", 0, 2), sample_request("a-2", 4, 3),
                         sample_request("a-3", 0, 1), sample_request("a-2", 5, 2)};
    auto outcomes = store.append(requests);
    REQUIRE(outcomes.size() == 4);
    CHECK(outcomes[0] == appended{2, 7});
    check_conflict(outcomes[1], "a-2", 4, 5);
    CHECK(outcomes[2] == appended{1, 8});
    CHECK(outcomes[3] == appended{7, 10});
    CHECK(positions(whole_log(store)) == std::vector<log_position>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  }
  SECTION("requests for one stream in one append are applied in order") {
    std::vector requests{sample_request("a-1", 0, 2), sample_request("a-1", 2, 1),
                         sample_request("a-1", 2, 1), sample_request("a-1", 3, 1)};
    auto outcomes = store.append(requests);
    REQUIRE(outcomes.size() == 4);
    CHECK(outcomes[0] == appended{2, 2});
    CHECK(outcomes[1] == appended{3, 3});
    check_conflict(outcomes[2], "a-1", 2, 3);
    CHECK(outcomes[3] == appended{4, 4});
  }
  SECTION(
      "an append of nothing but conflicts stores nothing, and the next one is as good as ever") {
    std::vector requests{sample_request("a-1", 1), sample_request("a-2", 1)};
    for (const auto& outcome : store.append(requests))
      CHECK(outcome.error().code == errc::version_conflict);
    CHECK(whole_log(store).empty());
    CHECK(append(store, sample_request("a-1", 0)) == appended{1, 1});
  }
  SECTION("an append of no requests has no outcomes") { CHECK(store.append({}).empty()); }
  SECTION("a request without a stream or without events is refused, its neighbours are stored") {
    std::vector requests{sample_request("", 0), sample_request("a-1", 0, 0),
                         sample_request("a-1", 0, 1)};
    auto outcomes = store.append(requests);
    REQUIRE(outcomes.size() == 3);
    check_refused(outcomes[0]);
    check_refused(outcomes[1]);
    CHECK(outcomes[2] == appended{1, 1});
  }
  SECTION("a large append over many streams keeps every version and position") {
    constexpr std::size_t streams = 300;
    std::vector<append_request> requests;
    for (std::size_t i = 0; i < 2 * streams; ++i)
      requests.push_back(sample_request("a-" + std::to_string(i % streams), i / streams));
    log_position position = 0;
    for (const auto& outcome : store.append(requests)) {
      ++position;
      CHECK(outcome == appended{(position - 1) / streams + 1, position});
    }
  }
}

} // namespace

void check_appending(const store_place& place) {
  auto store = place.open();
  check_expected_versions(*store);
  check_groups(*store);
}

} // namespace annals::conformance

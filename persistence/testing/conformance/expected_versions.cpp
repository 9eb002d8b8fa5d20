#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <array>

namespace annals::conformance {

namespace {

// One line of the table: a stream that was never written or has three events, and an append that
// expects a version of it.
struct expectation {
  stream_version actual;
  stream_version expected;
  bool is_met;
};

// The states and expectations that KurrentDB's own table has and this port knows; tests/README.md
// names the others, and why they mean nothing here.
constexpr std::array expectations{expectation{0, 0, true},  expectation{3, 0, false},
                                  expectation{0, 2, false}, expectation{3, 2, false},
                                  expectation{0, 3, false}, expectation{3, 3, true},
                                  expectation{0, 4, false}, expectation{3, 4, false}};

// An append that writes to the stream itself, or to another one and only asks for its version.
append_request expecting(stream_version version, bool writes) {
  if (writes)
    return sample_request("target-1", version);
  auto request = sample_request("other-1", 0);
  request.extras.parts = {sample_part("target-1", version, 0)};
  return request;
}

void check_expectation(event_store& store, const expectation& line, bool writes) {
  INFO("the stream is at " << line.actual << ", expected is " << line.expected
                           << (writes ? ", and it is written" : ", and it is only checked"));
  if (line.actual != 0)
    fill(store, "target-1", 0, line.actual);
  auto outcome = append(store, expecting(line.expected, writes));
  auto reader = store.open_reader().value();
  auto stored = line.is_met ? 1U : 0U;
  CHECK(reader->last_position().value() == line.actual + stored);
  CHECK(reader->version_of("target-1").value() == line.actual + (writes ? stored : 0));
  CHECK(reader->version_of("other-1").value() == (writes ? 0 : stored));
  if (line.is_met) {
    CHECK(outcome == appended{writes ? line.actual + 1 : 1, line.actual + 1});
    return;
  }
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code == errc::version_conflict);
  CHECK_THAT(outcome.error().message, Catch::Contains("target-1")
                                          && Catch::Contains(std::to_string(line.expected))
                                          && Catch::Contains(std::to_string(line.actual)));
}

} // namespace

void check_expected_versions(const store_place& place) {
  auto line = GENERATE_REF(from_range(expectations.begin(), expectations.end()));
  auto store = place.open();
  SECTION(
      "a stream is written where it is at the version that the append expects, and only there") {
    check_expectation(*store, line, true);
  }
  SECTION("another stream is written where one that is only checked is at its version") {
    check_expectation(*store, line, false);
  }
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <future>

namespace annals::conformance {

namespace {

// Takes value after value for a stream of its own; which of them it got.
std::vector<int> take_all(event_store& store, const std::string& stream, int values) {
  std::vector<int> taken;
  for (int value = 0; value < values; ++value) {
    auto outcome = append(store, taking(stream, std::to_string(value)));
    if (outcome)
      taken.push_back(value);
    else if (outcome.error().code != errc::already_taken)
      throw error{outcome.error()};
  }
  return taken;
}

} // namespace

void check_extras_of_two_stores(const store_place& place) {
  auto one = place.open();
  auto two = place.open();
  SECTION("of two that race for values exactly one gets each") {
    constexpr int values = 60;
    auto other = std::async(std::launch::async, [&] { return take_all(*two, "a-2", values); });
    auto taken = take_all(*one, "a-1", values);
    auto theirs = other.get();
    taken.insert(taken.end(), theirs.begin(), theirs.end());
    std::ranges::sort(taken);
    REQUIRE(taken.size() == values);
    CHECK(std::ranges::adjacent_find(taken) == taken.end());
  }
  SECTION("a command that one has answered is not answered by the other") {
    fill(*one, "a-1", 0, 1);
    fill(*two, "a-1", 1, 1);
    auto answer = sample_outcome("a-1");
    REQUIRE(append(*one, with_outcome(answer, 2)));
    auto conflict = append(*two, with_outcome(answer, 2));
    CHECK(conflict.error().code == errc::version_conflict);
    auto late = sample_request("a-1", 2);
    late.events[0].causation_id = answer.command_id;
    CHECK(append(*two, late).error().code == errc::version_conflict);
    CHECK(append(*one, late).error().code == errc::version_conflict);
    CHECK(fill(*two, "a-1", 2, 1) == appended{3, 3});
  }
  SECTION("a part's version is the one that the other has left") {
    fill(*one, "b-1", 0, 1);
    fill(*two, "b-1", 1, 1);
    auto request = sample_request("a-1", 0);
    request.extras.parts.push_back(sample_part("b-1", 1));
    CHECK(append(*one, request).error().code == errc::version_conflict);
    request.extras.parts[0].expected_version = 2;
    CHECK(append(*one, request) == appended{1, 4});
    CHECK(append(*two, sample_request("b-1", 3)) == appended{4, 5});
  }
  SECTION("each sees the snapshots of the other, and may drop them") {
    stored_snapshot taken{"a-1", 10, 10, 1, now(), "{}"};
    REQUIRE(one->save_snapshots({&taken, 1}, 1));
    CHECK((two->open_reader().value()->load_snapshot("a-1").value() == taken));
    CHECK(two->drop_snapshots("").value() == 1);
    CHECK_FALSE(one->open_reader().value()->load_snapshot("a-1").value().has_value());
  }
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

// The events that one append stored come again: a writer that had no answer sends them once more.
append_request repeat(const append_request& first, std::size_t from, std::size_t count,
                      stream_version expected) {
  append_request again{first.stream, expected, {}};
  again.events.assign(first.events.begin() + static_cast<std::ptrdiff_t>(from),
                      first.events.begin() + static_cast<std::ptrdiff_t>(from + count));
  return again;
}

void check_conflict(event_store& store, const append_request& request) {
  auto before = whole_log(store);
  auto outcome = append(store, request);
  REQUIRE(outcome.has_error());
  CHECK(outcome.error().code == errc::version_conflict);
  CHECK(whole_log(store) == before);
}

// Six events, each an append of its own.
append_request one_by_one(event_store& store) {
  auto all = sample_request("a-1", 0, 6);
  for (std::size_t i = 0; i < 6; ++i)
    append(store, repeat(all, i, 1, i)).value();
  return all;
}

void check_repeats_after_single_appends(event_store& store) {
  auto all = one_by_one(store);
  SECTION("an append that comes again as it was is a conflict, and is not stored twice") {
    check_conflict(store, repeat(all, 0, 1, 0));
    check_conflict(store, repeat(all, 5, 1, 5));
    check_conflict(store, repeat(all, 1, 1, 1));
    check_conflict(store, repeat(all, 1, 1, 1));
  }
  SECTION("the events of a repeat stand where the first append has put them, with their ids") {
    auto reader = store.open_reader().value();
    for (stream_version version = 1; version <= 6; ++version)
      CHECK(reader->read_stream("a-1", {.from = version, .limit = 1})->at(0).id
            == all.events[version - 1].id);
  }
  SECTION("a repeat at the end of the stream is a new append: versions decide, not ids of events") {
    CHECK(append(store, repeat(all, 0, 1, 6)) == appended{7, 7});
  }
  SECTION("a repeat just before or past the end is a conflict") {
    check_conflict(store, repeat(all, 0, 1, 7));
    check_conflict(store, repeat(all, 0, 1, 5));
  }
}

void check_repeats_of_groups(event_store& store) {
  auto both = sample_request("a-1", 0, 2);
  append(store, both).value();
  SECTION("a part of an append that comes again is a conflict, wherever it began") {
    check_conflict(store, repeat(both, 0, 1, 0));
    check_conflict(store, repeat(both, 1, 1, 1));
    check_conflict(store, repeat(both, 0, 2, 0));
  }
  SECTION("an append that comes again with another event behind it is a conflict as a whole") {
    both.events.push_back(sample_event());
    check_conflict(store, both);
  }
  SECTION("an append that comes again with another last event is a conflict as a whole") {
    both.events.back() = sample_event();
    check_conflict(store, both);
  }
  SECTION("an append that comes again is a conflict whether what it also asks for holds or not") {
    for (stream_version other : {0, 99}) {
      both.extras.parts = {sample_part("check-1", other, 0)};
      check_conflict(store, both);
    }
  }
  SECTION("an append that comes again after others have written is a conflict") {
    fill(store, "a-1", 2, 1);
    check_conflict(store, both);
  }
  SECTION("an append that comes again in the same group is a conflict, its neighbours are stored") {
    auto fresh = sample_request("a-2", 0, 2);
    std::vector requests{fresh, fresh, sample_request("a-3", 0)};
    auto outcomes = store.append(requests);
    CHECK(outcomes[0] == appended{2, 4});
    CHECK(outcomes[1].error().code == errc::version_conflict);
    CHECK(outcomes[2] == appended{1, 5});
  }
}

} // namespace

void check_repeats(const store_place& place) {
  auto store = place.open();
  SECTION("appends of one event") { check_repeats_after_single_appends(*store); }
  SECTION("appends of several events") { check_repeats_of_groups(*store); }
}

} // namespace annals::conformance

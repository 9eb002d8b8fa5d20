#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <future>

namespace annals::conformance {

namespace {

// Appends to one stream until it has `goal` versions, against whoever else does; how many of the
// versions were ours.
std::size_t race(event_store& store, stream_version goal) {
  std::size_t won = 0;
  auto reader = store.open_reader().value();
  for (;;) {
    auto version = reader->version_of("a-1").value();
    if (version >= goal)
      return won;
    auto outcome = append(store, sample_request("a-1", version));
    if (outcome)
      ++won;
    else if (outcome.error().code != errc::version_conflict)
      throw error{outcome.error()};
  }
}

} // namespace

void check_two_stores_at_one_place(const store_place& place) {
  auto one = place.open();
  auto two = place.open();
  SECTION("each sees what the other has appended") {
    CHECK(fill(*one, "a-1", 0, 2) == appended{2, 2});
    CHECK(fill(*two, "a-1", 2, 1) == appended{3, 3});
    CHECK(fill(*one, "a-1", 3, 1) == appended{4, 4});
    CHECK(append(*two, sample_request("a-1", 3)).error().code == errc::version_conflict);
    CHECK(fill(*two, "a-2", 0, 1) == appended{1, 5});
    CHECK(append(*one, sample_request("a-2", 0)).error().code == errc::version_conflict);
    CHECK(whole_log(*one) == whole_log(*two));
  }
  SECTION("of two that race for one stream exactly one wins each version") {
    constexpr stream_version goal = 100;
    auto other = std::async(std::launch::async, [&] { return race(*two, goal); });
    auto won = race(*one, goal);
    CHECK(won + other.get() == whole_log(*one).size());
    auto log = whole_log(*one);
    for (std::size_t i = 0; i < log.size(); ++i) {
      CHECK(log[i].version == i + 1);
      CHECK(log[i].position == i + 1);
    }
  }
  SECTION("two that write to streams of their own keep out of each other's way") {
    auto write = [](event_store& store, const std::string& stream) {
      for (stream_version version = 0; version < 50; ++version)
        fill(store, stream, version, 1);
    };
    auto other = std::async(std::launch::async, [&] { write(*two, "a-2"); });
    write(*one, "a-1");
    other.get();
    auto log = whole_log(*one);
    CHECK(log.size() == 100);
    CHECK(log.back().position == 100);
  }
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

// One section a case of tests/README.md: the replay of a stream of five events that another stream
// is interwoven with. Whatever a replay leaves out, the stream has its version.
void check_replaying(const store_place& place) {
  using found = std::vector<stream_version>;
  auto store = place.open();
  for (stream_version version = 0; version < 5; ++version) {
    fill(*store, "a-1", version, 1);
    fill(*store, "a-2", version, 1);
  }
  auto reader = store->open_reader().value();
  auto replay = [&](stream_slice slice) {
    CHECK(reader->version_of("a-1").value() == 5);
    return versions(reader->read_stream("a-1", slice).value());
  };
  SECTION("a replay without bounds has every event of the stream, in order") {
    CHECK(replay({}) == found{1, 2, 3, 4, 5});
  }
  SECTION("a replay from a version on begins with that version") {
    CHECK(replay({.from = 3}) == found{3, 4, 5});
  }
  SECTION("a replay up to a version ends with that version") {
    CHECK(replay({.to = 3}) == found{1, 2, 3});
  }
  SECTION("a replay with a limit has that many events from the beginning") {
    CHECK(replay({.limit = 3}) == found{1, 2, 3});
  }
  SECTION("a replay between two versions has both of them and what lies between") {
    CHECK(replay({.from = 2, .to = 3}) == found{2, 3});
  }
  SECTION("a replay between two versions with a limit ends at the limit") {
    CHECK(replay({.from = 2, .to = 5, .limit = 2}) == found{2, 3});
  }
  SECTION("a replay from a version to the same version is that one event") {
    CHECK(replay({.from = 2, .to = 2}) == found{2});
  }
  SECTION("a replay with a limit of 1 is one event") {
    CHECK(replay({.from = 2, .to = 4, .limit = 1}) == found{2});
  }
  SECTION("a replay with a limit of 0 is empty") {
    CHECK(replay({.from = 2, .to = 4, .limit = 0}).empty());
  }
  SECTION("a replay that would end before it begins is empty") {
    CHECK(replay({.from = 3, .to = 2}).empty());
  }
  SECTION("a replay of a stream that was never written is empty, and its version is 0") {
    CHECK(reader->read_stream("a-3", {.from = 0}).value().empty());
    CHECK(reader->version_of("a-3").value() == 0);
  }
}

} // namespace annals::conformance

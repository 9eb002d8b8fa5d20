#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

using versions_t = std::vector<stream_version>;
using positions_t = std::vector<log_position>;

constexpr auto no_end = std::numeric_limits<stream_version>::max();
constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

void check_empty_store(event_reader& reader) {
  SECTION("an empty store answers everything with nothing") {
    CHECK(reader.read_stream("a-1").value().empty());
    CHECK(reader.read_log(0, 10).value().empty());
    CHECK(reader.find_by_correlation(make_id(), 0, 10).value().empty());
    CHECK(reader.version_of("a-1").value() == 0);
    CHECK(reader.last_position().value() == 0);
    CHECK(reader.list_streams("", 10).value().empty());
    CHECK_FALSE(reader.load_model("balances").value().has_value());
    CHECK(reader.list_models().value().empty());
  }
}

void check_slices(event_store& store, event_reader& reader) {
  // Two streams, interwoven, so that a stream's versions are not the log's positions.
  for (stream_version version = 0; version < 10; version += 2) {
    fill(store, "a-1", version, 2);
    fill(store, "a-2", version, 2);
  }
  auto slice = [&](stream_slice wanted) {
    return versions(reader.read_stream("a-2", wanted).value());
  };
  auto backwards = direction::backwards;

  SECTION("a stream is read whole, and only that stream") {
    CHECK(slice({}) == versions_t{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(positions(reader.read_stream("a-2").value())
          == positions_t{3, 4, 7, 8, 11, 12, 15, 16, 19, 20});
    CHECK(reader.read_stream("a-3").value().empty());
    CHECK(reader.read_stream("a-").value().empty());
  }
  SECTION("a slice includes both its bounds") {
    CHECK(slice({.from = 3, .to = 5}) == versions_t{3, 4, 5});
    CHECK(slice({.from = 9}) == versions_t{9, 10});
    CHECK(slice({.from = 0, .to = 2}) == versions_t{1, 2});
    CHECK(slice({.from = 10, .to = 10}) == versions_t{10});
    CHECK(slice({.from = 11}).empty());
    CHECK(slice({.from = 5, .to = 4}).empty());
    CHECK(slice({.from = 0, .to = 0}).empty());
    CHECK(slice({.from = no_end}).empty());
  }
  SECTION("forwards, a limit keeps the first") {
    CHECK(slice({.from = 3, .limit = 2}) == versions_t{3, 4});
    CHECK(slice({.from = 9, .limit = 5}) == versions_t{9, 10});
    CHECK(slice({.limit = 0}).empty());
  }
  SECTION("backwards starts at the end of the slice, and a limit keeps the last") {
    CHECK(slice({.order = backwards}) == versions_t{10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
    CHECK(slice({.order = backwards, .limit = 1}) == versions_t{10});
    CHECK(slice({.from = 2, .to = 6, .order = backwards, .limit = 3}) == versions_t{6, 5, 4});
    CHECK(slice({.from = 8, .to = 99, .order = backwards, .limit = 3}) == versions_t{10, 9, 8});
    CHECK(slice({.from = 4, .to = 5, .order = backwards, .limit = 9}) == versions_t{5, 4});
    CHECK(slice({.from = 11, .order = backwards}).empty());
  }
  SECTION("a stream has the version of its last event") {
    CHECK(reader.version_of("a-1").value() == 10);
    CHECK(reader.version_of("a-3").value() == 0);
  }
}

// Every bound at or near a multiple of a power of two, where a store may keep short cuts.
void check_long_stream(event_store& store, event_reader& reader) {
  SECTION("any slice of a long stream is what the whole stream has there, both ways") {
    constexpr stream_version length = 300;
    for (stream_version version = 0; version < length; version += 3) {
      fill(store, "long-1", version, 3);
      fill(store, "long-2", version, 3);
    }
    auto whole = reader.read_stream("long-2").value();
    REQUIRE(whole.size() == length);
    for (stream_version from : {1, 2, 63, 64, 65, 128, 199, 256, 299, 300})
      for (stream_version to : {1, 62, 63, 64, 65, 127, 128, 236, 255, 256, 300, 301})
        for (std::size_t limit : {1, 64, 1000}) {
          auto first = std::min<std::size_t>(from - 1, length);
          auto last = std::max<std::size_t>(std::min<std::size_t>(to, length), first);
          std::vector<recorded_event> wanted{whole.begin() + static_cast<std::ptrdiff_t>(first),
                                             whole.begin() + static_cast<std::ptrdiff_t>(last)};
          auto forwards = reader.read_stream("long-2", {.from = from, .to = to, .limit = limit});
          auto backwards = reader.read_stream(
              "long-2", {.from = from, .to = to, .order = direction::backwards, .limit = limit});
          auto count = static_cast<std::ptrdiff_t>(std::min(limit, wanted.size()));
          INFO("from " << from << " to " << to << " limit " << limit);
          CHECK(std::equal(wanted.begin(), wanted.begin() + count, forwards->begin(),
                           forwards->end()));
          CHECK(std::equal(wanted.rbegin(), wanted.rbegin() + count, backwards->begin(),
                           backwards->end()));
        }
  }
}

void check_log(event_store& store, event_reader& reader) {
  fill(store, "b-1", 0, 3);
  fill(store, "a-1", 0, 2);
  auto log = [&](log_position after, std::size_t limit) {
    return positions(reader.read_log(after, limit).value());
  };
  SECTION("the log is read in order from any position") {
    CHECK(log(0, 100) == positions_t{1, 2, 3, 4, 5});
    CHECK(log(0, 2) == positions_t{1, 2});
    CHECK(log(2, 2) == positions_t{3, 4});
    CHECK(log(4, no_limit) == positions_t{5});
    CHECK(log(5, 1).empty());
    CHECK(log(std::numeric_limits<log_position>::max(), no_limit).empty());
    CHECK(reader.last_position().value() == 5);
  }
  SECTION("a reader sees what was appended after it was opened") {
    CHECK(log(5, 10).empty());
    fill(store, "b-1", 3, 1);
    CHECK(log(5, 10) == positions_t{6});
    CHECK(reader.version_of("b-1").value() == 4);
  }
  SECTION("streams are listed in byte order of their names, page by page") {
    fill(store, "a-10", 0, 1);
    fill(store, "a-é", 0, 1);
    std::vector<stream_info> all{{"a-1", 2}, {"a-10", 1}, {"a-é", 1}, {"b-1", 3}};
    CHECK(reader.list_streams("", 10).value() == all);
    CHECK(reader.list_streams("", 2).value() == std::vector<stream_info>{all[0], all[1]});
    CHECK(reader.list_streams("a-10", 2).value() == std::vector<stream_info>{all[2], all[3]});
    CHECK(reader.list_streams("a", 1).value() == std::vector<stream_info>{all[0]});
    CHECK(reader.list_streams("b-1", 10).value().empty());
    CHECK(reader.list_streams("", 0).value().empty());
  }
}

void check_correlation(event_store& store, event_reader& reader) {
  auto wanted = make_id();
  auto request = sample_request("a-1", 0, 4);
  request.events[0].correlation_id = wanted;
  request.events[2].correlation_id = wanted;
  request.events[3].correlation_id = uuid{};
  append(store, request).value();
  auto other = sample_request("a-2", 0, 1);
  other.events[0].correlation_id = wanted;
  append(store, other).value();

  auto found = [&](log_position after, std::size_t limit) {
    return positions(reader.find_by_correlation(wanted, after, limit).value());
  };
  SECTION("the events of a correlation id are found over all streams, page by page") {
    CHECK(found(0, 100) == positions_t{1, 3, 5});
    CHECK(found(0, 2) == positions_t{1, 3});
    CHECK(found(3, 2) == positions_t{5});
    CHECK(found(5, 2).empty());
    CHECK(reader.find_by_correlation(make_id(), 0, 9).value().empty());
    CHECK(reader.find_by_correlation(wanted, 4, 9).value() == recorded(other, 5));
  }
  SECTION("events that come later are found as well") {
    CHECK(found(5, 100).empty());
    auto later = sample_request("a-1", 4, 1);
    later.events[0].correlation_id = wanted;
    append(store, later).value();
    CHECK(found(5, 100) == positions_t{6});
  }
  SECTION("the nil id finds nothing") {
    CHECK(reader.find_by_correlation(uuid{}, 0, 9).value().empty());
  }
}

} // namespace

void check_reading(const store_place& place) {
  auto store = place.open();
  auto reader = store->open_reader().value();
  check_empty_store(*reader);
  SECTION("slices of a stream") { check_slices(*store, *reader); }
  SECTION("a long stream") { check_long_stream(*store, *reader); }
  SECTION("the log") { check_log(*store, *reader); }
  SECTION("correlation") { check_correlation(*store, *reader); }
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// What goes in comes out the same, by every way of reading.
void check_round_trip(event_store& store, const append_request& request) {
  auto end = append(store, request).value();
  auto first = end.position - request.events.size() + 1;
  auto expected = recorded(request, first);
  auto reader = store.open_reader().value();
  CHECK(reader->read_stream(request.stream).value() == expected);
  CHECK(reader->read_log(first - 1, request.events.size()).value() == expected);
  CHECK(reader->version_of(request.stream).value() == request.events.size());
  auto listed = reader->list_streams("", 100).value();
  CHECK(std::ranges::count(listed, request.stream, &stream_info::stream) == 1);
}

} // namespace

void check_contents(const store_place& place) {
  auto store = place.open();
  SECTION("every member of an event is kept") {
    check_round_trip(*store, sample_request("a-1", 0, 3));
  }
  SECTION("an event may have no ids, no metadata, no payload and no type") {
    check_round_trip(*store, {"a-1", 0, {new_event{}, new_event{}}});
  }
  SECTION("times keep their microseconds, before 1970 as well") {
    auto request = sample_request("a-1", 0, 3);
    request.events[0].time = timestamp{-1us};
    request.events[1].time = timestamp{1'700'000'000'123'456us};
    request.events[2].time = timestamp{253'402'300'799'999'999us};
    check_round_trip(*store, request);
  }
  SECTION("the largest schema version is kept") {
    auto request = sample_request("a-1", 0);
    request.events[0].schema_version = std::numeric_limits<std::uint32_t>::max();
    check_round_trip(*store, request);
  }
  SECTION("payloads are kept to the byte") {
    append_request request{"a-1", 0, {}};
    request.events.push_back(sample_event(""));
    request.events.push_back(sample_event(R"({"name":"Zoë 🦉 \u0000 ' \" % ?"})"));
    request.events.push_back(sample_event("a\0b"s));
    request.events.push_back(sample_event("not UTF-8: \xff\xfe"));
    request.events.push_back(sample_event(std::string(1 << 20, 'x')));
    request.events.push_back(sample_event("{}"));
    request.events.back().metadata = std::string(1 << 20, 'm');
    check_round_trip(*store, request);
  }
  SECTION("names of streams are any text") {
    for (const auto& id : {"42"s, "00000000-0000-0000-0000-000000000001"s, "a/b/../c"s,
                           "it's \"quoted\""s, "with spaces"s, "Zoë-日本語-🦉"s, "%_?*[a]"s,
                           "; DROP TABLE events; --"s, "a\0b"s, std::string(512, 'x')})
      check_round_trip(*store, sample_request("bank.account-" + id, 0, 2));
  }
  SECTION("streams whose names differ only in case, or in what follows, are different") {
    fill(*store, "a-x", 0, 1);
    fill(*store, "a-X", 0, 2);
    fill(*store, "a-x ", 0, 3);
    CHECK(store->open_reader().value()->version_of("a-x").value() == 1);
  }
  if (place.outlives_its_object)
    SECTION("all of it is there when the store is opened again") {
      auto request = sample_request("a-1", 0, 20);
      append(*store, request).value();
      store.reset();
      store = place.open();
      CHECK(whole_log(*store) == recorded(request, 1));
      CHECK(fill(*store, "a-1", 20, 1) == appended{21, 21});
    }
}

} // namespace annals::conformance

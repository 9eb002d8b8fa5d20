#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>
#include <annals/persistence/testing/store_conformance.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

namespace annals::conformance {

namespace {

constexpr std::uint64_t commit_size = 4000;
constexpr std::uint64_t page_of_log = 10'000;

std::string numbered(std::uint64_t stream) {
  auto digits = std::to_string(stream);
  return "a-" + std::string(9 - digits.size(), '0') + digits;
}

// The events go round `spread` streams: event n (from 0) has version n / spread + 1.
void fill_round(event_store& store, std::uint64_t events, std::uint64_t spread) {
  const auto sample = sample_event(std::string(100, 'x'));
  for (std::uint64_t done = 0; done < events;) {
    std::vector<append_request> requests;
    for (auto end = std::min(events, done + commit_size); done < end; ++done) {
      requests.push_back({numbered(done % spread), done / spread, {sample}});
      requests.back().events[0].id = make_id();
    }
    auto outcomes = store.append(requests);
    if (auto wrong = std::ranges::find_if(outcomes, &append_outcome::has_error);
        wrong != outcomes.end())
      FAIL("after " << done << " events: " << to_string(wrong->error()));
  }
}

// How often the log has anything but the next event.
std::uint64_t mistakes_in_log(event_reader& reader, std::uint64_t events, std::uint64_t spread) {
  std::uint64_t mistakes = 0;
  std::uint64_t passed = 0;
  for (;;) {
    auto page = reader.read_log(passed, page_of_log).value();
    if (page.empty())
      return mistakes + (passed != events);
    for (const auto& event : page) {
      mistakes += event.stream != numbered(passed % spread) || event.version != passed / spread + 1
                  || event.position != passed + 1;
      ++passed;
    }
  }
}

// How often the listing has anything but the next stream.
std::uint64_t mistakes_in_listing(event_reader& reader, std::uint64_t events,
                                  std::uint64_t spread) {
  std::uint64_t mistakes = 0;
  std::uint64_t passed = 0;
  for (std::string last;;) {
    auto page = reader.list_streams(last, page_of_log).value();
    if (page.empty())
      return mistakes + (passed != spread);
    for (const auto& info : page) {
      auto version = events / spread + (passed < events % spread ? 1 : 0);
      mistakes += info.stream != numbered(passed++) || info.version != version;
    }
    last = page.back().stream;
  }
}

} // namespace

} // namespace annals::conformance

namespace annals::testing {

void check_large_store(const store_place& place, std::uint64_t events) {
  using namespace conformance;
  REQUIRE(events >= 1000);
  auto spread = events / 100;
  auto store = place.open();
  fill_round(*store, events, spread);
  if (place.outlives_its_object) {
    store.reset();
    store = place.open();
  }
  auto reader = store->open_reader().value();
  CHECK(reader->last_position().value() == events);
  CHECK(mistakes_in_log(*reader, events, spread) == 0);
  CHECK(mistakes_in_listing(*reader, events, spread) == 0);
  for (auto stream : {std::uint64_t{0}, spread / 2, spread - 1}) {
    auto version = reader->version_of(numbered(stream)).value();
    CHECK(reader->read_stream(numbered(stream)).value().size() == version);
    CHECK(append(*store, sample_request(numbered(stream), version - 1)).error().code
          == errc::version_conflict);
    CHECK(fill(*store, numbered(stream), version, 1).version == version + 1);
  }
  CHECK(reader->last_position().value() == events + 3);
}

} // namespace annals::testing

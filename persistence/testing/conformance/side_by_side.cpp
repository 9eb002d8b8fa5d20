#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <random>

namespace annals::conformance {

namespace {

constexpr std::size_t groups = 150;
constexpr std::size_t streams = 7;

// Groups of all sizes over a few streams, until there are enough; the position of the last event.
log_position write_groups(event_store& store) {
  std::minstd_rand random{1};
  std::vector<stream_version> version(streams, 0);
  log_position last = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<append_request> requests;
    for (auto left = random() % 20 + 1; left > 0; --left) {
      auto stream = random() % streams;
      auto count = random() % 3 + 1;
      requests.push_back(sample_request("a-" + std::to_string(stream), version[stream], count));
      version[stream] += count;
    }
    for (const auto& outcome : store.append(requests))
      last = outcome.value().position;
  }
  return last;
}

// Follows the log like a projector; how often it met anything but the next position.
std::size_t follow(event_reader& reader, const std::atomic<log_position>& end, std::size_t batch) {
  std::size_t mistakes = 0;
  for (log_position passed = 0; passed != end;)
    for (const auto& event : reader.read_log(passed, batch).value())
      mistakes += event.position != ++passed;
  return mistakes;
}

// Loads streams as aggregates do; how often a version was missing, doubled, or gone again.
std::size_t load(event_reader& reader, const std::atomic<log_position>& end) {
  std::size_t mistakes = 0;
  std::vector<stream_version> seen(streams, 0);
  while (reader.last_position().value() < end)
    for (std::size_t stream = 0; stream < streams; ++stream) {
      stream_version version = 0;
      for (const auto& event : reader.read_stream("a-" + std::to_string(stream)).value())
        mistakes += event.version != ++version;
      mistakes += version < seen[stream];
      seen[stream] = version;
    }
  return mistakes;
}

} // namespace

void check_readers_beside_the_writer(const store_place& place) {
  auto store = place.open();
  SECTION("readers that follow the log while it grows miss nothing and see nothing twice") {
    std::atomic<log_position> end = std::numeric_limits<log_position>::max();
    auto a = store->open_reader().value();
    auto b = store->open_reader().value();
    auto c = store->open_reader().value();
    auto small_steps = std::async(std::launch::async, [&] { return follow(*a, end, 3); });
    auto large_steps = std::async(std::launch::async, [&] { return follow(*b, end, 1000); });
    auto loading = std::async(std::launch::async, [&] { return load(*c, end); });
    end = write_groups(*store);
    CHECK(small_steps.get() == 0);
    CHECK(large_steps.get() == 0);
    CHECK(loading.get() == 0);
    CHECK(whole_log(*store).size() == end);
  }
  SECTION("readers may be opened and closed while the writer writes") {
    std::atomic<bool> stop = false;
    auto opening = std::async(std::launch::async, [&] {
      log_position last = 0;
      while (!stop) {
        auto position = store->open_reader().value()->last_position().value();
        if (position < last)
          return false;
        last = position;
      }
      return true;
    });
    for (stream_version version = 0; version < 50; ++version)
      fill(*store, "a-1", version, 1);
    stop = true;
    CHECK(opening.get());
  }
}

} // namespace annals::conformance

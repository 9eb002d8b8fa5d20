#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>
#include <annals/persistence/testing/conformance/writer_seats.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>

namespace annals::conformance {

namespace {

constexpr std::size_t ten = 10;

// Runs one function a writer at the same time, and returns what they returned.
template <class Work>
auto side_by_side(std::size_t count, Work work) {
  std::latch ready{static_cast<std::ptrdiff_t>(count)};
  std::vector<std::future<decltype(work(std::size_t{}))>> running;
  for (std::size_t i = 0; i < count; ++i)
    running.push_back(std::async(std::launch::async, [&ready, &work, i] {
      ready.arrive_and_wait();
      return work(i);
    }));
  std::vector<decltype(work(std::size_t{}))> results;
  for (auto& one : running)
    results.push_back(one.get());
  return results;
}

// Says that one more has ended, however it did.
struct one_less {
  std::atomic<std::size_t>& count;
  ~one_less() { --count; }
};

// Whether the events of each stream stand side by side, in order of version.
bool stand_side_by_side(const std::vector<recorded_event>& log) {
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < log.size(); ++i) {
    bool goes_on = i > 0 && log[i].stream == log[i - 1].stream;
    if (log[i].version != (goes_on ? log[i - 1].version + 1 : 1))
      return false;
    if (!goes_on && std::ranges::find(seen, log[i].stream) != seen.end())
      return false;
    if (!goes_on)
      seen.push_back(log[i].stream);
  }
  return true;
}

void check_ten_writers(const store_place& place) {
  SECTION("ten writers and ten readers side by side disturb nobody, and each append is whole") {
    constexpr std::size_t appends = 10;
    constexpr std::size_t events = 100;
    writer_seats seats{place, ten};
    std::atomic<std::size_t> at_work = ten;
    auto failures = side_by_side(2 * ten, [&](std::size_t i) -> std::size_t {
      if (i >= ten) {
        std::size_t wrong = 0;
        auto reader = seats.open_reader(i);
        while (at_work != 0)
          wrong += reader->read_log(0, 10).value().size() > 10;
        return wrong;
      }
      one_less at_end{at_work};
      std::size_t failed = 0;
      for (std::size_t n = 0; n < appends; ++n) {
        auto stream = "a-" + std::to_string(i) + '-' + std::to_string(n);
        failed += !seats.append(i, sample_request(stream, 0, events)).has_value();
      }
      return failed;
    });
    CHECK(std::ranges::count(failures, 0U) == 2 * ten);
    auto log = seats.open_reader(0)->read_log(0, 1'000'000).value();
    CHECK(log.size() == ten * appends * events);
    CHECK(stand_side_by_side(log));
  }
  SECTION("the positions of two large appends at once do not interleave") {
    writer_seats seats{place, 2};
    auto ends = side_by_side(2, [&](std::size_t i) {
      return seats.append(i, sample_request("a-" + std::to_string(i), 0, 1000));
    });
    std::vector<log_position> last{ends[0].value().position, ends[1].value().position};
    std::ranges::sort(last);
    CHECK(last == std::vector<log_position>{1000, 2000});
    CHECK(stand_side_by_side(seats.open_reader(0)->read_log(0, 1'000'000).value()));
  }
}

void check_conditions(const store_place& place) {
  SECTION("of ten writers that expect the same version at once exactly one is stored") {
    writer_seats seats{place, ten};
    for (stream_version version = 0; version < 20; ++version) {
      auto outcomes = side_by_side(
          ten, [&](std::size_t i) { return seats.append(i, sample_request("a-1", version)); });
      CHECK(std::ranges::count(outcomes, appended{version + 1, version + 1}) == 1);
      CHECK(std::ranges::count_if(outcomes,
                                  [](const append_outcome& outcome) {
                                    return outcome.has_error()
                                           && outcome.error().code == errc::version_conflict;
                                  })
            == ten - 1);
    }
  }
  SECTION("ten writers whose streams do not overlap are all stored, however they expected them") {
    writer_seats seats{place, ten};
    for (stream_version round = 0; round < 20; ++round) {
      auto outcomes = side_by_side(ten, [&](std::size_t i) {
        auto own = std::to_string(i);
        auto request = sample_request("a-" + own, round);
        request.extras.parts = {sample_part("b-" + own, 2 * round, 2),
                                sample_part("never-" + own, 0, 0)};
        return seats.append(i, request);
      });
      CHECK(std::ranges::count_if(outcomes, [](const auto& one) { return one.has_value(); })
            == ten);
    }
    CHECK(seats.open_reader(0)->last_position().value() == 20 * 3 * ten);
  }
  SECTION("of two writers that each check what the other writes exactly one is stored") {
    for (int round = 0; round < 20; ++round) {
      writer_seats seats{place, 2};
      auto name = [&](std::size_t i) { return std::to_string(round) + '-' + std::to_string(i); };
      auto outcomes = side_by_side(2, [&](std::size_t i) {
        auto request = sample_request(name(i), 0);
        request.extras.parts = {sample_part(name(1 - i), 0, 0)};
        return seats.append(i, request);
      });
      CHECK(std::ranges::count_if(outcomes, [](const auto& one) { return one.has_value(); }) == 1);
    }
  }
}

} // namespace

void check_many_writers(const store_place& place) {
  check_ten_writers(place);
  check_conditions(place);
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>
#include <annals/persistence/testing/conformance/writer_seats.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <random>
#include <thread>
#include <unordered_map>

namespace annals::conformance {

namespace {

using load_clock = std::chrono::steady_clock;

// What a writer was told: which event stands where.
struct told_place {
  log_position position;
  uuid id;
};
using places = std::vector<told_place>;

// Appends groups of all sizes to a few streams of its own and to one that all writers want.
class loading_writer {
public:
  loading_writer(writer_seats& seats, std::size_t seat)
      : seats_{seats}, seat_{seat}, reader_{seats.open_reader(seat)},
        random_{static_cast<std::uint32_t>(seat + 1)} {}

  places run(load_clock::time_point end, std::chrono::milliseconds pause) {
    while (load_clock::now() < end) {
      append_group();
      std::this_thread::sleep_for(pause);
    }
    return std::move(told_);
  }

private:
  void append_group() {
    std::vector<append_request> requests;
    for (auto left = random_() % 12 + 1; left > 0; --left) {
      auto stream = random_() % versions_.size();
      auto count = random_() % 3 + 1;
      requests.push_back(sample_request(own(stream), versions_[stream], count));
      versions_[stream] += count;
    }
    requests.push_back(sample_request("wanted-by-all", shared_));
    auto outcomes = seats_.append(seat_, requests);
    for (std::size_t i = 0; i + 1 < requests.size(); ++i)
      note(requests[i], outcomes[i].value());
    if (outcomes.back())
      note(requests.back(), outcomes.back().value());
    else if (outcomes.back().error().code != errc::version_conflict)
      throw error{outcomes.back().error()};
    shared_ = reader_->version_of("wanted-by-all").value();
  }

  std::string own(std::size_t stream) const {
    return "own-" + std::to_string(seat_) + '-' + std::to_string(stream);
  }

  void note(const append_request& request, const appended& where) {
    auto position = where.position - request.events.size();
    for (const auto& event : request.events)
      told_.push_back({++position, event.id});
  }

  writer_seats& seats_;
  std::size_t seat_;
  std::unique_ptr<event_reader> reader_;
  std::minstd_rand random_;
  std::vector<stream_version> versions_ = std::vector<stream_version>(5, 0);
  stream_version shared_ = 0;
  places told_;
};

struct seen_by_reader {
  /// In the order in which they came.
  std::vector<uuid> ids;
  /// Positions or versions other than the next.
  std::size_t mistakes = 0;
};

// Follows the log until it has passed the end, which is known last.
seen_by_reader follow_load(event_reader& reader, const std::atomic<log_position>& end,
                           std::size_t batch) {
  seen_by_reader seen;
  std::unordered_map<std::string, stream_version> versions;
  for (log_position passed = 0; passed < end;) {
    auto events = reader.read_log(passed, batch).value();
    for (const auto& event : events) {
      seen.mistakes += event.position != ++passed;
      seen.mistakes += event.version != ++versions[event.stream];
      seen.ids.push_back(event.id);
    }
    if (events.empty())
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return seen;
}

// Lets the readers end, whatever happens to the writers.
struct end_of_following {
  std::atomic<log_position>& end;
  ~end_of_following() { end = 0; }
};

// The log as the writers were told it; a place that two were told, or none, is a mistake.
std::vector<uuid> log_of(const places& told, log_position end) {
  CHECK(told.size() == end);
  std::vector<uuid> log(end);
  std::size_t mistakes = 0;
  for (const auto& [position, id] : told) {
    bool is_free = position >= 1 && position <= end && log[position - 1].is_nil();
    mistakes += !is_free;
    if (is_free)
      log[position - 1] = id;
  }
  CHECK(mistakes == 0);
  return log;
}

} // namespace

} // namespace annals::conformance

namespace annals::testing {

void check_store_under_load(const store_place& place, const load_plan& plan) {
  using namespace conformance;
  writer_seats seats{place, plan.writers};
  std::atomic<log_position> end = std::numeric_limits<log_position>::max();
  std::vector<std::unique_ptr<event_reader>> readers;
  std::vector<std::future<seen_by_reader>> following;
  for (std::size_t i = 0; i < plan.readers; ++i) {
    readers.push_back(seats.open_reader(i));
    following.push_back(std::async(std::launch::async, [&end, &reader = *readers.back(), i] {
      return follow_load(reader, end, i % 2 == 0 ? 7 : 1000);
    }));
  }
  end_of_following last{end};
  auto stop = load_clock::now() + plan.length;
  std::vector<std::future<places>> writing;
  for (std::size_t i = 0; i < plan.writers; ++i)
    writing.push_back(std::async(std::launch::async, [&, stop, i] {
      return loading_writer{seats, i}.run(stop, plan.pause);
    }));
  places told;
  for (auto& writer : writing)
    std::ranges::copy(writer.get(), std::back_inserter(told));
  end = seats.open_reader(0)->last_position().value();
  auto log = log_of(told, end);
  for (auto& reader : following) {
    auto seen = reader.get();
    CHECK(seen.mistakes == 0);
    CHECK((seen.ids == log));
  }
}

} // namespace annals::testing

#pragma once

#include "tests/conformance/samples.hpp"
#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <random>
#include <thread>

namespace annals::tests {

/// What a writer was told: the positions of its events.
using told = std::map<uuid, log_position>;

/// Appends groups of all sizes to streams of its own, and to one that others write to as well,
/// until it is told to stop.
class load {
public:
  load(const std::string& url, std::string name)
      : store_{open_store(url).value()}, name_{std::move(name)} {
    working_ = std::async(std::launch::async, [this] {
      while (!stop_)
        append_group();
    });
  }

  ~load() { stop_ = true; }

  /// Waits until so many more groups have been answered.
  void wait_for(std::uint64_t more) {
    for (auto goal = groups_ + more; groups_ < goal;)
      if (working_.wait_for(std::chrono::milliseconds{1}) == std::future_status::ready)
        working_.get(); // throws what has ended it
  }

  const told& finish() {
    stop_ = true;
    working_.get();
    return told_;
  }

private:
  void append_group() {
    std::vector<append_request> requests;
    for (auto left = random_() % 8 + 1; left > 0; --left) {
      auto stream = random_() % versions_.size();
      auto count = random_() % 3 + 1;
      requests.push_back(sample_request(name_ + std::to_string(stream), versions_[stream], count));
      versions_[stream] += count;
    }
    requests.push_back(sample_request("shared", shared_, 1));
    requests.push_back(with_outcome(sample_outcome(name_ + "0"), versions_[0]));
    auto outcomes = store_->append(requests);
    for (std::size_t i = 0; i < requests.size(); ++i)
      note(requests[i], outcomes[i]);
    ++groups_;
  }

  void note(const append_request& request, const append_outcome& outcome) {
    if (request.stream == "shared") {
      if (outcome.has_error() && outcome.error().code != errc::version_conflict)
        throw error{outcome.error()};
      shared_ = outcome ? outcome->version : reader().version_of("shared").value();
    }
    if (outcome.has_error() && request.stream == "shared")
      return;
    auto position = outcome.value().position - request.events.size();
    for (const auto& event : request.events)
      told_.emplace(event.id, ++position);
  }

  event_reader& reader() {
    if (!reader_)
      reader_ = store_->open_reader().value();
    return *reader_;
  }

  std::unique_ptr<event_store> store_;
  std::unique_ptr<event_reader> reader_;
  std::string name_;
  std::minstd_rand random_{std::random_device{}()};
  std::vector<stream_version> versions_ = std::vector<stream_version>(5, 0);
  stream_version shared_ = 0;
  told told_;
  std::atomic<std::uint64_t> groups_ = 0;
  std::atomic<bool> stop_ = false;
  std::future<void> working_;
};

/// Follows the log from another store, as a projector does: how often it met anything but the next
/// position.
class tail {
public:
  explicit tail(const std::string& url) : store_{open_store(url).value()} {
    following_ = std::async(std::launch::async, [this] {
      std::size_t mistakes = 0;
      auto reader = store_->open_reader().value();
      for (log_position passed = 0; passed < end_;) {
        auto events = reader->read_log(passed, 7).value();
        for (const auto& event : events) {
          mistakes += event.position != ++passed;
          mistakes += !seen_.emplace(event.id, event.position).second;
        }
        if (events.empty())
          std::this_thread::yield();
      }
      return mistakes;
    });
  }

  ~tail() { end_ = 0; }

  /// Follows to the end of the log; how many mistakes there were.
  std::size_t finish(log_position end) {
    end_ = end;
    return following_.get();
  }

  const told& seen() const noexcept { return seen_; }

private:
  std::unique_ptr<event_store> store_;
  told seen_;
  std::atomic<log_position> end_ = std::numeric_limits<log_position>::max();
  std::future<std::size_t> following_;
};

/// Two writers and a reader on one store, while something happens to it: at the end the log has
/// what was acknowledged, each event once and where its writer was told, and nothing else.
template <class Mishap>
void check_nothing_lost(const std::string& url, Mishap mishap) {
  (void)open_store(url).value();
  tail reading{url};
  load one{url, "one-"};
  load two{url, "two-"};
  one.wait_for(3);
  mishap(one, two);
  one.wait_for(3);
  two.wait_for(3);
  auto acknowledged = one.finish();
  auto others = two.finish();
  acknowledged.insert(others.begin(), others.end());
  auto end = open_store(url).value()->open_reader().value()->last_position().value();
  CHECK(reading.finish(end) == 0);
  CHECK(reading.seen().size() == end);
  CHECK((reading.seen() == acknowledged));
}

} // namespace annals::tests

#pragma once

#include <annals/tools/bench/bench.hpp>
#include <annals/tools/bench/process.hpp>

#include <future>
#include <latch>

namespace annals::tools::bench {

/// What one of several workers did: events stored, and until when, in seconds since the start.
struct share_of_work {
  std::uint64_t events = 0;
  double seconds = 0;
};

/// Prepares `count` workers by `prepare(i)`, one after the other, and then runs what that returns
/// on a thread each, all from one moment on: a function of the clock that says when it has stored
/// how much. The rate of all together. Throws what they throw.
template <class Prepare>
figures run_side_by_side(std::uint64_t count, Prepare prepare) {
  std::latch ready{static_cast<std::ptrdiff_t>(count) + 1};
  std::vector<std::future<share_of_work>> working;
  std::exception_ptr failed;
  for (std::uint64_t i = 0; i < count; ++i) {
    decltype(prepare(i)) work{};
    try {
      work = prepare(i);
    } catch (...) {
      failed = std::current_exception();
    }
    working.push_back(std::async(std::launch::async, [&ready, work = std::move(work)]() mutable {
      ready.arrive_and_wait();
      stopwatch clock;
      return work ? work(clock) : share_of_work{};
    }));
  }
  ready.arrive_and_wait();
  stopwatch all;
  share_of_work whole;
  for (auto& one : working) {
    auto done = one.get();
    whole.events += done.events;
    whole.seconds = std::max(whole.seconds, done.seconds);
  }
  if (failed)
    std::rethrow_exception(failed);
  figures measured;
  measured.per_second = static_cast<double>(whole.events) / std::max(whole.seconds, 1e-9);
  measured.cpu_us =
      all.cpu_microseconds() / static_cast<double>(std::max<std::uint64_t>(whole.events, 1));
  return measured;
}

/// The work of one of them.
using timed_work = std::function<share_of_work(const stopwatch&)>;

} // namespace annals::tools::bench

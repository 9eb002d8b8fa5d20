#include <annals/tools/bench/meter.hpp>

#include <annals/tools/bench/process.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools::bench {

namespace {

constexpr int glance_ms = 5;

int milliseconds(std::chrono::duration<double> time) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

struct group_counts {
  std::uint64_t groups = 0;
  std::uint64_t appends = 0;
  std::uint64_t events = 0;
};

group_counts now_of(const journal_counts* counts) {
  if (counts == nullptr)
    return {};
  return {counts->groups.load(), counts->appends.load(), counts->events.load()};
}

} // namespace

meter::meter(std::size_t callers)
    : tallies_(callers), callers_left_{static_cast<std::ptrdiff_t>(callers)} {}

void meter::answered(std::size_t caller, clock::time_point asked) {
  auto& mine = tallies_[caller];
  mine.answered.store(mine.answered.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (!measuring_.load(std::memory_order_relaxed))
    return;
  constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max();
  auto took = std::chrono::nanoseconds{clock::now() - asked}.count();
  mine.nanoseconds.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(took, longest)));
}

void meter::failed(const failure& why) {
  std::lock_guard guard{mutex_};
  if (!failed_)
    failed_ = why;
  over_ = true;
}

std::uint64_t meter::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& one : tallies_)
    sum += one.answered.load(std::memory_order_relaxed);
  return sum;
}

result<figures> meter::measure(const stop_signals& stop, const std::function<bool()>& warm,
                               std::chrono::duration<double> window, const journal_counts* groups) {
  while (!over() && !warm() && !stop.wait(glance_ms))
    continue;
  figures measured;
  auto done = measure_window(measured, stop, window, groups);
  over_ = true;
  callers_left_.wait();
  if (failed_)
    return *failed_;
  if (!done)
    return done.error();
  std::vector<std::uint32_t> all;
  for (auto& one : tallies_)
    all.insert(all.end(), one.nanoseconds.begin(), one.nanoseconds.end());
  set_percentiles(measured, all);
  return measured;
}

result<void> meter::measure_window(figures& measured, const stop_signals& stop,
                                   std::chrono::duration<double> window,
                                   const journal_counts* groups) {
  forget_peak();
  auto groups_before = now_of(groups);
  auto before = total();
  stopwatch watch;
  measuring_ = true;
  bool signalled = stop.wait(milliseconds(window));
  while (!signalled && !over()
         && total() == before) // a window in which nothing was done says nothing
    signalled = stop.wait(glance_ms);
  measuring_ = false;
  auto commands = static_cast<double>(total() - before);
  measured.per_second = commands / watch.seconds();
  measured.cpu_us = watch.cpu_microseconds() / std::max(commands, 1.0);
  measured.peak_mib = mebibytes(peak_memory());
  auto groups_after = now_of(groups);
  if (auto count = static_cast<double>(groups_after.groups - groups_before.groups); count > 0) {
    measured.group = static_cast<double>(groups_after.events - groups_before.events) / count;
    measured.appends = static_cast<double>(groups_after.appends - groups_before.appends) / count;
  }
  if (signalled)
    return stopped();
  return {};
}

} // namespace annals::tools::bench

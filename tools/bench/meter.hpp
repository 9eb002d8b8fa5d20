#pragma once

#include <annals/actors/journal.hpp>
#include <annals/tools/bench/figures.hpp>
#include <annals/tools/stop_signals.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <mutex>
#include <vector>

namespace annals::tools::bench {

/// Stands between callers that ask without pause and the one who measures them.
class meter {
public:
  using clock = std::chrono::steady_clock;

  explicit meter(std::size_t callers);

  // -- for the callers --------------------------------------------------------

  /// Whether to ask no more.
  bool over() const noexcept { return over_.load(std::memory_order_relaxed); }
  /// A caller's own number has been answered what it asked at `asked`.
  void answered(std::size_t caller, clock::time_point asked);
  /// Ends the measurement.
  void failed(const failure& why);
  /// A caller asks no more and waits for nothing any more.
  void left() { callers_left_.count_down(); }

  // -- for the one who measures -----------------------------------------------

  /// Waits until `warm` says so, measures for `window`, ends it and waits until all callers have
  /// left. `groups` are the counts of the journal, where there is one. Gives what a caller failed
  /// with, or `stopping` after a signal.
  result<figures> measure(const stop_signals& stop, const std::function<bool()>& warm,
                          std::chrono::duration<double> window,
                          const journal_counts* groups = nullptr);

private:
  // A caller's own, on cache lines of its own.
  struct alignas(64) tally {
    std::atomic<std::uint64_t> answered{0};
    std::vector<std::uint32_t> nanoseconds;
  };

  std::uint64_t total() const noexcept;
  result<void> measure_window(figures& measured, const stop_signals& stop,
                              std::chrono::duration<double> window, const journal_counts* groups);

  std::vector<tally> tallies_;
  std::atomic<bool> measuring_{false};
  std::atomic<bool> over_{false};
  std::latch callers_left_;
  std::mutex mutex_;
  std::optional<failure> failed_;
};

} // namespace annals::tools::bench

#pragma once

#include <annals/messages/error.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace annals::tools::bench {

/// What was measured, under which conditions. A condition that does not apply is empty or 0.
struct subject {
  /// "file", "store", "caf", "ask", "guarded", "lag", "beside", "load", "load one", "first
  /// command", "log", "rebuild", "postgres" or "nodes".
  std::string what;
  /// "memory", "sqlite" or "postgresql".
  std::string store{};
  /// "actors" or "threads".
  std::string callers{};
  /// Commands, or connections.
  std::uint64_t in_flight = 0;
  std::uint64_t aggregates = 0;
  /// How many events each stream had before.
  std::uint64_t stream_events = 0;
  /// Events a commit, where the measurement sets it.
  std::uint64_t group = 0;
  /// The name of a projection.
  std::string projection{};
  /// What was on or off, where the measurement compares.
  std::string mode{};

  auto operator<=>(const subject&) const = default;
};

/// The figures of one measurement.
struct figures {
  /// Events, commands, requests or streams a second.
  double per_second = 0;
  /// Time from asking to the answer, in microseconds, that 50, 99 and 99.9% stay below.
  std::optional<double> p50_us{};
  std::optional<double> p99_us{};
  std::optional<double> p999_us{};
  /// Events a commit on average, where the framework forms the groups.
  std::optional<double> group{};
  /// Appends a commit on average: how many aggregates shared it.
  std::optional<double> appends{};
  /// Processor time, of all threads, one took.
  std::optional<double> cpu_us{};
  /// The most memory that the process had meanwhile.
  std::optional<double> peak_mib{};
};

/// All figures of a run, those of each round apart: machines are noisy, so what is shown is the
/// round in the middle, and a ratio is taken between figures of the same round.
class figure_book {
public:
  void add(const subject& of, const figures& measured);

  /// The subjects in the order in which they were first measured.
  const std::vector<subject>& subjects() const noexcept { return order_; }

  bool has(const subject& of) const { return rounds_.contains(of); }

  /// The round whose rate is in the middle. There must be one.
  const figures& middle(const subject& of) const;

  /// The middle of the rounds' ratios between the rates of the two; nothing where one is missing.
  std::optional<double> ratio(const subject& of, const subject& to) const;

private:
  std::vector<subject> order_;
  std::map<subject, std::vector<figures>> rounds_;
};

/// What a measurement fails with after a signal.
inline failure stopped() { return {errc::stopping, "the measurement was stopped"}; }

/// Latencies as percentiles; `nanoseconds` is left in another order.
void set_percentiles(figures& measured, std::vector<std::uint32_t>& nanoseconds);

} // namespace annals::tools::bench

#pragma once

#include <annals/tools/bench/bench.hpp>
#include <annals/tools/bench/meter.hpp>

#include <annals/actors/node.hpp>

#include <atomic>
#include <memory>

namespace annals::tools::bench {

/// Which account each next command goes to: first each of them in turn, `sweeps` times, then any.
/// Any thread.
class account_picker {
public:
  account_picker(std::uint64_t accounts, std::uint64_t sweeps)
      : accounts_{accounts}, first_{accounts * sweeps} {}

  /// The number of the next one; `random` is the caller's own.
  std::uint64_t next(std::uint64_t& random) noexcept {
    if (!swept()) {
      auto turn = turn_.fetch_add(1, std::memory_order_relaxed);
      if (turn < first_)
        return turn % accounts_;
    }
    random ^= random << 13; // xorshift (Marsaglia, 2003)
    random ^= random >> 7;
    random ^= random << 17;
    return random % accounts_;
  }

  /// Whether each account has had its turns.
  bool swept() const noexcept { return turn_.load(std::memory_order_relaxed) >= first_; }

private:
  std::uint64_t accounts_;
  std::uint64_t first_;
  std::atomic<std::uint64_t> turn_{0};
};

/// The settings of a node that is measured: the defaults, without projections.
config config_for(const std::string& store_url);

/// A node on a new store, and a population of accounts that is asked.
class bench_node {
public:
  /// Starts it; throws `annals::error` as `node` does. Each account gets `sweeps` commands before
  /// any is measured, so that it is live.
  bench_node(const config& settings, std::uint64_t accounts, std::uint64_t sweeps);
  /// The same with a domain of the caller's, which has `account`.
  bench_node(registry domain, const config& settings, std::uint64_t accounts, std::uint64_t sweeps);
  bench_node(const std::string& store_url, std::uint64_t accounts, std::uint64_t sweeps)
      : bench_node{config_for(store_url), accounts, sweeps} {}

  /// Commands from actors have ids of their own from now on, as those of careful callers do.
  void give_ids() noexcept { with_ids_ = true; }

  /// Keeps `in_flight` commands from actors on their way and measures for `window`.
  result<figures> ask_from_actors(const bench_run& run, std::uint64_t in_flight);
  /// The same with one thread a command in flight, each waiting for its future.
  result<figures> ask_from_threads(const bench_run& run, std::uint64_t in_flight);

  /// Gives each account its first commands, without measuring.
  result<void> warm_up(const bench_run& run);

  node& running() noexcept { return node_; }

private:
  std::shared_ptr<meter> start_actors(const bench_run& run, std::uint64_t in_flight);
  result<figures> watch(const bench_run& run, meter& counts, std::chrono::duration<double> window);

  node node_;
  std::shared_ptr<account_picker> picker_;
  bool with_ids_ = false;
};

} // namespace annals::tools::bench

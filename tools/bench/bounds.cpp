#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/process.hpp>

#include <annals/actors/runtime.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace annals::tools::bench {

namespace {

double above(std::uint64_t base) { return mebibytes(std::max(resident_memory(), base) - base); }

// Asks without waiting for any answer, as fast as the node takes it or refuses it.
class producer {
public:
  producer(node& to, std::uint64_t payload) : node_{to}, example_{deposit_of(payload)} {}

  void go_on_until(std::chrono::steady_clock::time_point end, const bench_run& run) {
    for (std::uint64_t i = 0; std::chrono::steady_clock::now() < end && !run.stopping(); ++i) {
      node_.ask(command_for<account>(account_id(i % 1'000), example_),
                [this](const reply& answer) { count(answer); });
      if (refused_.exchange(false, std::memory_order_relaxed))
        std::this_thread::yield();
    }
  }

  overrun counted() const { return {accepted_.load(), overloaded_.load(), failed_.load()}; }

private:
  void count(const reply& answer) {
    if (answer) {
      accepted_.fetch_add(1, std::memory_order_relaxed);
    } else if (answer.error().code == errc::overloaded) {
      overloaded_.fetch_add(1, std::memory_order_relaxed);
      refused_.store(true, std::memory_order_relaxed);
    } else {
      failed_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  node& node_;
  deposit example_;
  std::atomic<bool> refused_{false};
  std::atomic<std::uint64_t> accepted_{0}, overloaded_{0}, failed_{0};
};

// Waits until as many live as may, or all have been asked.
double when_full(bench_node& asked, std::size_t ceiling, std::uint64_t empty,
                 const std::atomic<bool>& over) {
  while (asked.running().internals().aggregates().live.load() < ceiling && !over)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return above(empty);
}

} // namespace

result<touched> measure_touched_once(const bench_run& run) {
  run.say(std::to_string(run.how.touched) + " aggregates asked once, at most "
          + std::to_string(run.how.live_aggregates) + " live");
  auto settings = config_for(run.new_store(run.how.stores.back(), "touched"));
  settings.live_aggregates = run.how.live_aggregates;
  bench_node asked{settings, run.how.touched, 1};
  auto empty = resident_memory();
  touched memory;
  std::atomic<bool> over{false};
  std::jthread first{
      [&] { memory.full_mib = when_full(asked, settings.live_aggregates, empty, over); }};
  auto swept = asked.warm_up(run);
  over = true;
  first.join();
  if (!swept)
    return swept.error();
  memory.passed_mib = above(empty);
  return memory;
}

result<overrun> measure_overrun(const bench_run& run) {
  using clock = std::chrono::steady_clock;
  auto whole = std::chrono::duration_cast<clock::duration>(run.how.overrun);
  run.say("a producer that does not wait, for " + std::to_string(run.how.overrun.count()) + " s");
  bench_node asked{config_for(run.new_store(run.how.stores.back(), "overrun")), 1'000, 1};
  if (auto warm = asked.warm_up(run); !warm)
    return warm.error();
  producer made{asked.running(), run.how.payload};
  auto begin = clock::now();
  made.go_on_until(begin + whole / 10, run);
  auto early = resident_memory();
  made.go_on_until(begin + whole, run);
  auto grown = above(early);
  asked.running().stop();
  auto counted = made.counted();
  counted.early_mib = mebibytes(early);
  counted.grown_mib = grown;
  return counted;
}

} // namespace annals::tools::bench

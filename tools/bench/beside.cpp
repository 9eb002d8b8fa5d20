#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/group_maker.hpp>
#include <annals/tools/bench/paced_load.hpp>
#include <annals/tools/bench/process.hpp>

#include <annals/actors/projection_control.hpp>
#include <annals/persistence/open_store.hpp>

#include <algorithm>
#include <thread>

namespace annals::tools::bench {

namespace {

constexpr std::uint64_t log_streams = 10'000;
constexpr std::uint64_t group_of_log = 1'000;

result<void> fill_log(const bench_run& run, const std::string& url) {
  auto store = open_store(url);
  if (!store)
    return store.error();
  auto payload = to_json(deposit_of(run.how.payload));
  if (!payload)
    return payload.error();
  auto at_once = std::min(group_of_log, run.how.rebuild_events);
  group_maker groups{std::max(log_streams, at_once), at_once, at_once, *payload};
  for (std::uint64_t stored = 0; stored < run.how.rebuild_events; stored += at_once)
    for (const auto& outcome : (*store)->append(groups.next())) {
      if (run.stopping())
        return stopped();
      if (!outcome)
        return outcome.error();
    }
  return {};
}

// Looks at the live model again and again: it has every event that it had before, and so no sum
// of it ever falls.
class watcher {
public:
  explicit watcher(node& of)
      : thread_{[this, &of](const std::stop_token& end) {
          for (std::int64_t last = 0; !end.stop_requested();) {
            auto now = of.read<balances>([](const balances& model) { return sum_of(model); });
            went_back_ = went_back_ || now < last;
            last = now;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
          }
        }} {}

  bool went_back() {
    thread_.request_stop();
    thread_.join();
    return went_back_;
  }

private:
  static std::int64_t sum_of(const balances& model) {
    std::int64_t sum = 0;
    for (const auto& [account, cents] : model.of)
      sum += cents;
    return sum;
  }

  bool went_back_ = false;
  std::jthread thread_; // last: it uses the others
};

// Until it comes, or a signal does.
template <class Waiting>
result<void> wait(const bench_run& run, Waiting waiting) {
  for (;;) {
    auto come = waiting(std::chrono::milliseconds{100});
    if (come || come.error().code != errc::timed_out)
      return come;
    if (run.stopping())
      return stopped();
  }
}

failure wrong(const std::string& what) {
  return {errc::store_corrupt, "a rebuild beside the live model " + what};
}

result<void> rebuild_once(const bench_run& run, node& of, std::uint32_t workers, double rate) {
  run.say("a read model rebuilt by " + std::to_string(workers) + " workers"
          + (rate > 0 ? ", beside half of the most commands" : ""));
  auto by_hand = control<balances>(of);
  paced_load load{of, run.how.payload, rate};
  watcher readers{of};
  stopwatch watch;
  if (auto started = by_hand.start_rebuild({workers}); !started)
    return started;
  if (auto done = wait(run, [&](auto patience) { return by_hand.wait_for_rebuild(patience); });
      !done)
    return done;
  figures measured;
  measured.per_second = static_cast<double>(by_hand.rebuild().position) / watch.seconds();
  if (readers.went_back())
    return wrong("was seen by a reader");
  if (rate > 0 && load.accepted() == 0)
    return wrong("had no command beside it");
  run.book.add({.what = "beside",
                .store = run.how.stores.back(),
                .in_flight = workers,
                .projection = std::string{balances::name.text()},
                .mode = rate > 0 ? with_commands : without_commands},
               measured);
  return {};
}

} // namespace

result<void> measure_beside(const bench_run& run) {
  const auto& kind = run.how.stores.back();
  run.say(kind + ", a log of " + std::to_string(run.how.rebuild_events)
          + " events, and a read model of it");
  auto url = run.new_store(kind, "beside");
  if (auto filled = fill_log(run, url); !filled)
    return filled;
  auto most = most_commands(run, kind);
  if (!most)
    return most.error();
  auto settings = config_for(url);
  settings.run_projections = true;
  node following{domain<account, balances>{}, settings};
  auto end = run.how.rebuild_events;
  if (auto seen =
          wait(run, [&](auto patience) { return following.wait_for<balances>(end, patience); });
      !seen)
    return seen;
  for (auto [workers, rate] : {std::pair{1U, 0.0}, {2U, 0.0}, {2U, *most / 2}})
    if (auto rebuilt = rebuild_once(run, following, workers, rate); !rebuilt)
      return rebuilt;
  auto report = control<balances>(following).check();
  if (!report)
    return report.error();
  return report->same() ? result<void>{} : wrong("is not what a fold of the log gives");
}

} // namespace annals::tools::bench

#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/process.hpp>

#include <annals/actors/replay.hpp>

#include <algorithm>
#include <deque>
#include <future>

namespace annals::tools::bench {

namespace {

constexpr std::uint64_t asked_at_once = 1'000;

// One account with so many events, no more: callers that ask without pause would make a short
// stream a long one before they are told to stop.
result<std::unique_ptr<bench_node>> grown(const bench_run& run, const config& settings,
                                          std::uint64_t events) {
  auto asked = std::make_unique<bench_node>(settings, 1, 0);
  auto& of = asked->running();
  std::deque<std::future<reply>> waiting;
  for (std::uint64_t i = 0; i < events + asked_at_once; ++i) {
    if (run.stopping())
      return stopped();
    if (i >= asked_at_once && !waiting.empty()) {
      if (auto answer = waiting.front().get(); !answer)
        return answer.error();
      waiting.pop_front();
    }
    if (i < events)
      waiting.push_back(of.ask<account>(account_id(0), deposit_of(run.how.payload)));
  }
  return asked;
}

constexpr int first_commands = 21;

double middle_of(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Another instance takes the only place each time, so that the next command has to load; few
// commands, so that a short stream stays one.
result<double> time_of_first_command(const bench_run& run, node& of) {
  auto ask = [&](const std::string& id) {
    return of.ask<account>(id, deposit_of(run.how.payload)).get();
  };
  std::vector<double> microseconds;
  for (int i = 0; i < first_commands && !run.stopping(); ++i) {
    if (auto other = ask("other"); !other)
      return other.error();
    stopwatch watch;
    if (auto answer = ask(account_id(0)); !answer)
      return answer.error();
    microseconds.push_back(watch.seconds() * 1e6);
  }
  return run.stopping() ? result<double>{stopped()} : middle_of(std::move(microseconds));
}

result<double> time_of_loading(const bench_run& run, node& of) {
  auto reader = of.open_reader();
  if (!reader)
    return reader.error();
  const auto& type = of.domain().aggregates().front();
  std::vector<double> microseconds;
  for (stopwatch whole; whole.seconds() < run.how.window.count() || microseconds.empty();) {
    stopwatch watch;
    if (auto loaded = load_aggregate(**reader, of.domain(), type, account_id(0)); !loaded)
      return loaded.error();
    microseconds.push_back(watch.seconds() * 1e6);
  }
  return middle_of(std::move(microseconds));
}

result<void> measure(const bench_run& run, const std::string& kind, std::uint64_t events,
                     bool snapshots) {
  std::string mode = snapshots ? with_snapshots : without_snapshots;
  run.say(kind + ", first command to a stream of " + std::to_string(events) + " events, " + mode);
  auto store = run.new_store(kind, "starting");
  auto settings = config_for(store);
  settings.live_aggregates = 1;
  if (!snapshots)
    settings.snapshots = {0, 0, std::chrono::milliseconds{0}, 1};
  auto asked = grown(run, settings, events);
  if (!asked)
    return asked.error();
  for (auto [what, measure_time] :
       {std::pair{"load one", &time_of_loading}, {"first command", &time_of_first_command}}) {
    auto took = measure_time(run, (*asked)->running());
    if (!took)
      return took.error();
    figures measured;
    measured.per_second = 1e6 / *took;
    measured.p50_us = *took;
    run.book.add({.what = what, .store = kind, .stream_events = events, .mode = mode}, measured);
  }
  return {};
}

} // namespace

result<void> measure_starting(const bench_run& run) {
  for (const auto& kind : run.how.stores)
    for (auto [events, snapshots] : {std::pair{short_stream, false}, {run.how.long_stream, true}})
      if (auto measured = measure(run, kind, events, snapshots); !measured)
        return measured;
  return {};
}

} // namespace annals::tools::bench

#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/process.hpp>
#include <annals/tools/bench/rebuilds.hpp>

#include <annals/actors/replay.hpp>
#include <annals/tools/bench/account.hpp>

#include <algorithm>
#include <deque>
#include <set>

namespace annals::tools::bench {

namespace {

constexpr int turns_a_round = 3;

// Streams of one length, in a store of their own.
struct population {
  std::uint64_t stream_events;
  std::uint64_t aggregates;
  std::unique_ptr<bench_node> asked;
};

// So many streams of a length as make a log of a million events, within reason.
std::uint64_t aggregates_for(std::uint64_t stream_events) {
  return std::clamp<std::uint64_t>(1'000'000 / stream_events, 10, 1'000);
}

// Each length, and as many streams of the shortest length to compare it with: the same number, so
// that nothing but the length differs.
std::set<std::pair<std::uint64_t, std::uint64_t>> cases_of(const settings& how) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> cases;
  auto shortest = std::ranges::min(how.stream_events);
  for (auto length : how.stream_events) {
    cases.emplace(length, aggregates_for(length));
    cases.emplace(shortest, aggregates_for(length));
  }
  return cases;
}

result<void> ask_all(const bench_run& run, const std::string& kind,
                     std::deque<population>& populations) {
  auto in_flight = std::ranges::max(run.how.from_actors);
  for (auto& one : populations) {
    run.say(kind + ", " + std::to_string(one.aggregates) + " streams of "
            + std::to_string(one.stream_events) + " events: commands");
    auto measured = one.asked->ask_from_actors(run, in_flight);
    if (!measured)
      return measured.error();
    run.book.add({.what = "ask",
                  .store = kind,
                  .callers = "actors",
                  .in_flight = in_flight,
                  .aggregates = one.aggregates,
                  .stream_events = one.stream_events},
                 *measured);
  }
  return {};
}

// Only as far as the streams were at first: they have grown since.
result<void> load_streams(const bench_run& run, const std::string& kind, const population& of) {
  run.say(kind + ", loading streams of " + std::to_string(of.stream_events) + " events");
  auto reader = of.asked->running().open_reader();
  if (!reader)
    return reader.error();
  const auto& domain = of.asked->running().domain();
  const auto& type = domain.aggregates().front();
  stopwatch watch;
  std::uint64_t loaded = 0;
  do {
    auto id = account_id(loaded % of.aggregates);
    auto one = load_aggregate(**reader, domain, type, id,
                              {.version = of.stream_events, .from_snapshot = false});
    if (!one)
      return one.error();
    ++loaded;
  } while (watch.seconds() < run.how.window.count() && !run.stopping());
  figures measured;
  measured.per_second = static_cast<double>(loaded) / watch.seconds();
  measured.cpu_us = watch.cpu_microseconds() / static_cast<double>(loaded);
  run.book.add({.what = "load", .store = kind, .stream_events = of.stream_events}, measured);
  return {};
}

result<void> replay_all(const bench_run& run, const std::string& kind,
                        std::deque<population>& populations) {
  for (const auto& one : populations)
    if (one.aggregates == aggregates_for(one.stream_events))
      if (auto loaded = load_streams(run, kind, one); !loaded)
        return loaded;
  auto reader = populations.back().asked->running().open_reader();
  if (!reader)
    return reader.error();
  return measure_log(run, kind, annals::domain<account, balances>{}, **reader);
}

result<void> measure_on(const bench_run& run, const std::string& kind) {
  std::deque<population> populations;
  for (auto [length, aggregates] : cases_of(run.how)) {
    run.say(kind + ", making " + std::to_string(aggregates) + " streams of "
            + std::to_string(length) + " events");
    auto name = "lengths-" + std::to_string(length) + "-" + std::to_string(aggregates);
    populations.push_back(
        {length, aggregates,
         std::make_unique<bench_node>(run.new_store(kind, name), aggregates, length)});
    if (auto made = populations.back().asked->warm_up(run); !made)
      return made;
  }
  for (std::uint64_t round = 0; round < run.how.rounds; ++round) {
    // In turns, several times: a machine that is slower for a while is so for all of them.
    for (int turn = 0; turn < turns_a_round; ++turn)
      if (auto asked = ask_all(run, kind, populations); !asked)
        return asked;
    if (auto replayed = replay_all(run, kind, populations); !replayed)
      return replayed;
  }
  return {};
}

} // namespace

result<void> measure_lengths(const bench_run& run) {
  for (const auto& kind : run.how.stores)
    if (auto measured = measure_on(run, kind); !measured)
      return measured;
  return {};
}

} // namespace annals::tools::bench

#include <annals/tools/bench/store_alone.hpp>

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/group_maker.hpp>
#include <annals/tools/bench/process.hpp>

#include <annals/persistence/open_store.hpp>

#include <algorithm>
#include <cmath>

namespace annals::tools::bench {

namespace {

// Every stream exists before anything is measured, as when aggregates are asked.
result<void> touch_all(event_store& store, group_maker& one_each, std::uint64_t groups,
                       const bench_run& run) {
  for (std::uint64_t i = 0; i < groups && !run.stopping(); ++i)
    for (const auto& outcome : store.append(one_each.next()))
      if (!outcome)
        return outcome.error();
  return {};
}

result<figures> append_for(event_store& store, group_maker& groups, std::uint64_t events,
                           const bench_run& run) {
  stopwatch all;
  double seconds = 0;
  double cpu = 0;
  std::uint64_t stored = 0;
  std::vector<std::uint32_t> nanoseconds;
  while (all.seconds() < run.how.window.count() && !run.stopping()) {
    auto group = groups.next();
    stopwatch one;
    auto outcomes = store.append(group);
    auto took = one.seconds();
    cpu += one.cpu_microseconds();
    seconds += took;
    nanoseconds.push_back(static_cast<std::uint32_t>(std::min(took * 1e9, 4e9)));
    if (auto bad = std::ranges::find_if(outcomes, [](const auto& each) { return !each; });
        bad != outcomes.end())
      return bad->error();
    stored += events;
  }
  if (run.stopping())
    return stopped();
  figures measured;
  measured.per_second = static_cast<double>(stored) / seconds;
  measured.cpu_us = cpu / static_cast<double>(stored);
  set_percentiles(measured, nanoseconds);
  return measured;
}

} // namespace

result<void> measure_store_alone(const bench_run& run, const subject& like, const figures& asked) {
  auto rounded = [](const std::optional<double>& figure) {
    return static_cast<std::uint64_t>(std::max(std::llround(figure.value_or(1)), 1LL));
  };
  auto appends = std::min(rounded(asked.appends), like.aggregates);
  auto events = std::max(rounded(asked.group), appends);
  run.say("the " + like.store + " store alone, groups of " + std::to_string(events) + " events");
  auto payload = to_json(deposit_of(run.how.payload));
  if (!payload)
    return payload.error();
  auto store = open_store(run.new_store(like.store, "alone"));
  if (!store)
    return store.error();
  auto at_once = std::min<std::uint64_t>(like.aggregates, 1000);
  group_maker groups{like.aggregates, at_once, at_once, *payload};
  if (auto touched = touch_all(**store, groups, (like.aggregates + at_once - 1) / at_once, run);
      !touched)
    return touched;
  groups.resize(appends, events);
  auto measured = append_for(**store, groups, events, run);
  if (!measured)
    return measured.error();
  measured->group = static_cast<double>(events);
  measured->appends = static_cast<double>(appends);
  auto what = like;
  what.what = "store";
  run.book.add(what, *measured);
  return {};
}

} // namespace annals::tools::bench

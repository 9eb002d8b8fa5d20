#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/bench_node.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools::bench {

namespace {

constexpr std::uint64_t guarded_aggregates = 1'000;

// What a command is guarded by can be turned off only as far as the settings go: the checks
// themselves stay in the code.
config unguarded(config settings) {
  constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
  settings.snapshots = {0, 0, std::chrono::milliseconds{0}, 1};
  settings.remembered_commands = 1;
  settings.live_aggregates = no_limit;
  settings.passivate_after = std::chrono::milliseconds{0};
  settings.largest_queue = no_limit;
  settings.commands_under_way = no_limit;
  settings.largest_payload = no_limit;
  return settings;
}

result<void> measure(const bench_run& run, const std::string& kind, bool guarded) {
  auto in_flight = std::ranges::max(run.how.from_actors);
  auto settings = config_for(run.new_store(kind, "guarded"));
  bench_node asked{guarded ? settings : unguarded(settings), guarded_aggregates, 1};
  if (guarded)
    asked.give_ids();
  std::string mode = guarded ? "ids, snapshots, limits" : without_guards;
  run.say(kind + ", " + std::to_string(in_flight) + " in flight, with " + mode);
  if (auto warm = asked.warm_up(run); !warm)
    return warm;
  auto measured = asked.ask_from_actors(run, in_flight);
  if (!measured)
    return measured.error();
  run.book.add({.what = "guarded",
                .store = kind,
                .callers = "actors",
                .in_flight = in_flight,
                .aggregates = guarded_aggregates,
                .mode = mode},
               *measured);
  return {};
}

} // namespace

result<void> measure_guarded(const bench_run& run) {
  for (const auto& kind : run.how.stores)
    for (bool guarded : {false, true})
      if (auto measured = measure(run, kind, guarded); !measured)
        return measured;
  return {};
}

} // namespace annals::tools::bench

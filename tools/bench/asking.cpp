#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/store_alone.hpp>

namespace annals::tools::bench {

namespace {

result<void> ask_at(const bench_run& run, const std::string& kind, std::uint64_t aggregates) {
  auto about = [&](const std::string& callers, std::uint64_t in_flight) {
    run.say(kind + ", " + std::to_string(aggregates) + " aggregates, " + std::to_string(in_flight)
            + " in flight from " + callers);
    return subject{.what = "ask",
                   .store = kind,
                   .callers = callers,
                   .in_flight = in_flight,
                   .aggregates = aggregates};
  };
  bench_node asked{run.new_store(kind, "ask"), aggregates, 1};
  run.say(kind + ", waking " + std::to_string(aggregates) + " aggregates");
  if (auto warm = asked.warm_up(run); !warm)
    return warm;
  for (auto in_flight : run.how.from_threads) {
    auto what = about("threads", in_flight);
    auto measured = asked.ask_from_threads(run, in_flight);
    if (!measured)
      return measured.error();
    run.book.add(what, *measured);
  }
  for (auto in_flight : run.how.from_actors) {
    auto what = about("actors", in_flight);
    auto measured = asked.ask_from_actors(run, in_flight);
    if (!measured)
      return measured.error();
    run.book.add(what, *measured);
    if (auto alone = measure_store_alone(run, what, *measured); !alone)
      return alone;
  }
  return {};
}

} // namespace

result<void> measure_asking(const bench_run& run) {
  for (const auto& kind : run.how.stores)
    for (auto aggregates : run.how.aggregates)
      if (auto asked = ask_at(run, kind, aggregates); !asked)
        return asked;
  return {};
}

} // namespace annals::tools::bench

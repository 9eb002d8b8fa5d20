#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/group_maker.hpp>
#include <annals/tools/bench/postgres_rivals.hpp>
#include <annals/tools/bench/side_by_side.hpp>

#include <annals/persistence/at_port.hpp>
#include <annals/persistence/open_store.hpp>

#include <cmath>

namespace annals::tools::bench {

namespace {

// More groups than all connections together can store in a window.
std::uint64_t most_groups(const bench_run& run, std::uint64_t connections, std::uint64_t group) {
  constexpr std::uint64_t groups_a_second = 20'000;
  constexpr std::uint64_t events_a_second = 500'000;
  auto most = static_cast<double>(std::min(groups_a_second, events_a_second / group));
  return static_cast<std::uint64_t>(most * run.how.window.count()) / connections + 10;
}

// The store itself, a writer a connection, over streams of their own that are there already. What
// it is given is made beforehand, as the arguments of the bare loop are: ids, names and payloads
// are not its work.
figures stores(const bench_run& run, const postgres_place& place, std::uint64_t connections,
               std::uint64_t group, std::uint64_t first) {
  return run_side_by_side(connections, [&](std::uint64_t i) -> timed_work {
    auto payload =
        std::make_shared<const std::string>(to_json(deposit_of(run.how.payload)).value());
    auto groups = std::make_shared<group_maker>(streams_each, streams_each, streams_each, *payload,
                                                first + i * streams_each);
    std::shared_ptr<event_store> store = open_store(place.store()).value();
    for (const auto& outcome : store->append(groups->next()))
      (void)outcome.value();
    groups->resize(std::min(group, streams_each), group);
    auto made = std::make_shared<std::vector<std::vector<append_request>>>();
    for (auto left = most_groups(run, connections, group); left != 0 && !run.stopping(); --left) {
      auto next = groups->next();
      made->emplace_back(next.begin(), next.end());
    }
    return [&run, made, store, group](const stopwatch& clock) {
      share_of_work done;
      for (const auto& requests : *made) {
        if (clock.seconds() >= run.how.window.count() || run.stopping())
          break;
        for (const auto& outcome : store->append(requests))
          (void)outcome.value();
        done.events += group;
      }
      done.seconds = clock.seconds();
      return done;
    };
  });
}

// Twice as many groups as the store needed, so that a loop that is faster does not run out of them.
std::uint64_t groups_for(const bench_run& run, const figures& store, std::uint64_t connections,
                         std::uint64_t group) {
  auto each = store.per_second * run.how.window.count() / static_cast<double>(connections * group);
  return static_cast<std::uint64_t>(std::ceil(2 * each)) + 10;
}

void measure_groups(const bench_run& run, const postgres_place& place, std::uint64_t connections,
                    std::uint64_t& first) {
  for (std::uint64_t group : {1, 100, 1000}) {
    auto what =
        std::to_string(connections) + " connections, " + std::to_string(group) + " events a commit";
    run.say("PostgreSQL: the store, " + what);
    auto store = stores(run, place, connections, group, first);
    first += connections * streams_each;
    run.say("PostgreSQL: a bare libpq loop, " + what);
    auto loop = bare_loop(run, place, connections, group,
                          groups_for(run, store, connections, group), first);
    first += connections * streams_each;
    if (run.stopping())
      return;
    run.book.add(postgres_subject(as_store, connections, group), store);
    run.book.add(postgres_subject(as_loop, connections, group), loop);
  }
}

void measure_all_on(const bench_run& run, const postgres_place& place) {
  (void)open_store(place.store()).value();
  std::uint64_t first = 0;
  for (std::uint64_t connections : {1, 8}) {
    measure_groups(run, place, connections, first);
    if (run.stopping())
      return;
    run.say("PostgreSQL: write_message, " + std::to_string(connections) + " connections");
    auto function = write_message(run, place, connections);
    run.say("PostgreSQL: pgbench, " + std::to_string(connections) + " connections");
    auto inserts = pgbench_inserts(run, place, connections);
    if (run.stopping())
      return;
    run.book.add(postgres_subject(as_function, connections, 1), function);
    if (inserts)
      run.book.add(postgres_subject(as_inserts, connections, 1), *inserts);
    else
      run.say("pgbench is not there and is left out; on Debian 12: apt-get install postgresql");
  }
}

} // namespace

result<void> measure_postgres(const bench_run& run) {
  auto measured = at_port([&] {
    postgres_place place{run.how.postgres};
    measure_all_on(run, place);
  });
  if (run.stopping())
    return stopped();
  return measured;
}

} // namespace annals::tools::bench

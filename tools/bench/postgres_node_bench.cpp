#include <annals/tools/bench/nodes.hpp>
#include <annals/tools/bench/postgres_place.hpp>

#include <annals/persistence/open_store.hpp>

namespace annals::tools::bench {

result<void> measure_nodes_on_postgres(const bench_run& run) {
  try {
    postgres_place place{run.how.postgres};
    if (auto made = open_store(place.store(), {}); !made)
      return made.error();
    return measure_nodes_on(run, {.kind = "postgresql", .url = place.store()});
  } catch (const error& failed) {
    return failed.why();
  }
}

} // namespace annals::tools::bench

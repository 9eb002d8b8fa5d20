#include <annals/tools/bench/nodes.hpp>
#include <annals/tools/bench/postgres_place.hpp>

namespace annals::tools::bench {

result<void> measure_nodes_on_postgres(const bench_run& run) {
  try {
    postgres_place place{run.how.postgres};
    return measure_nodes_on(run, "postgresql", place.store());
  } catch (const error& failed) {
    return failed.why();
  }
}

} // namespace annals::tools::bench

#include <annals/tools/bench/nodes.hpp>

namespace annals::tools::bench {

result<void> measure_postgres(const bench_run&) {
  return failure{errc::store_unavailable,
                 "this program was built without PostgreSQL; build it where "
                 "libpq is (apt-get install libpq-dev)"};
}

result<void> measure_nodes_on_postgres(const bench_run& run) { return measure_postgres(run); }

} // namespace annals::tools::bench

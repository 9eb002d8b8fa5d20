#include <annals/tools/bench/bench.hpp>

namespace annals::tools::bench {

result<void> measure_postgres(const bench_run&) {
  return failure{errc::store_unavailable,
                 "this program was built without PostgreSQL; build it where "
                 "libpq is (apt-get install libpq-dev)"};
}

} // namespace annals::tools::bench

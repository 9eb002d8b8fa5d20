#include <annals/tools/bench/bench.hpp>

#include <annals/tools/bench/bench_node.hpp>
#include <annals/tools/bench/process.hpp>

namespace annals::tools::bench {

result<double> measure_live_aggregates(const bench_run& run) {
  run.say(std::to_string(run.how.live_aggregates) + " live aggregates");
  bench_node asked{run.new_store(run.how.stores.back(), "live"), run.how.live_aggregates, 1};
  auto empty = resident_memory();
  if (auto warm = asked.warm_up(run); !warm)
    return warm.error();
  auto full = resident_memory();
  return mebibytes(full - std::min(full, empty));
}

} // namespace annals::tools::bench

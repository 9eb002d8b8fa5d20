#pragma once

#include <annals/tools/bench/bench.hpp>

namespace annals::tools::bench {

/// Appends to a new store of the same kind, without any actor, groups of as many appends with as
/// many events as `asked` came to, over as many streams. Only the store's own time counts.
result<void> measure_store_alone(const bench_run& run, const subject& like, const figures& asked);

} // namespace annals::tools::bench

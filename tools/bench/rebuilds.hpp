#pragma once

#include <annals/tools/bench/bench.hpp>

#include <annals/messages/registry.hpp>

#include <annals/persistence/event_store.hpp>

namespace annals::tools::bench {

/// Reads the log and decodes each event, and rebuilds each projection of `domain` from it; both
/// until the window is over, at least once. `store` says where the log is.
result<void> measure_log(const bench_run& run, const std::string& store, const registry& domain,
                         event_reader& reader);

} // namespace annals::tools::bench

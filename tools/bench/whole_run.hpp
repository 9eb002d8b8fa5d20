#pragma once

#include <annals/tools/bench/bench.hpp>

#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

namespace annals::tools::bench {

/// Which parts of a run are wanted.
struct wanted_parts {
  bool file = true;
  bool caf = true;
  bool ask = true;
  bool lengths = true;
  bool live = true;
  bool guarded = true;
  bool lag = true;
  bool starting = true;
  bool beside = true;
  bool bounds = true;
  bool postgres = false;
  bool nodes = true;
};

/// An application's own log, to be read and projected.
struct own_log {
  const registry& domain;
  event_reader* reader = nullptr;
};

/// Measures what is wanted, in rounds, and memory once. Fails as the parts do.
result<memory_figures> measure_all(const bench_run& run, const wanted_parts& wanted,
                                   const own_log& own);

} // namespace annals::tools::bench

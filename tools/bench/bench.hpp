#pragma once

#include <annals/tools/stop_signals.hpp>

#include <string>
#include <vector>

namespace annals::tools {

/// What the subcommand `bench` was given.
struct bench_request {
  /// Its own arguments, as they stand after `--`.
  std::vector<std::string> arguments;
  /// Whether the figures are wanted as JSON.
  bool json = false;
  /// Asked now and then: after a signal it ends early.
  const stop_signals& stop;
};

/// Measures and prints to standard output; returns the exit code. Blocks until done.
int run_bench(const bench_request& request);

} // namespace annals::tools

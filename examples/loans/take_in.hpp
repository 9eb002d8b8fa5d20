#pragma once

#include <annals/tools/exit_code.hpp>
#include <annals/tools/stop_signals.hpp>

#include <cstddef>
#include <string>

namespace loans {

/// What `loans take-in` is told.
struct take_in_options {
  /// The bank's log, plain or compressed with gzip.
  std::string csv;
  /// The store's URL.
  std::string store = "memory:";
  /// The most commands that are sent and not yet answered; 1 or more.
  std::size_t in_flight = 4096;
  /// An open file to which the number of each line is written once its row is durable, a line
  /// each; -1 for none.
  int acknowledge = -1;
};

/// Sends a command for each row of the log to a node over the store, waits until the read models
/// have seen them all, and prints totals. Rows that a run before has taken in are recognised and
/// not taken twice. A row that cannot be read or that fails ends it, with the rows before it
/// kept; a row that the domain rejects is counted and reported. SIGINT and SIGTERM stop it in
/// order. Gives the exit code that goes with all that. Blocks.
annals::tools::outcome<annals::tools::exit_code> take_in(const take_in_options& options,
                                                         const annals::tools::stop_signals& stop);

} // namespace loans

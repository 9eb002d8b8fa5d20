#pragma once

#include <annals/messages/error.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace annals {

/// The settings of a node. Each has a default that is safe with data.
struct config {
  /// The store's URL: "memory:", "sqlite:FILE" or a bare file path.
  std::string store = "memory:";
  /// How long a commit waits for another writer of the store; 0 or more.
  std::chrono::milliseconds lock_timeout{5000};
  /// The most events in one commit; 1 or more. A group is never larger than what waits.
  std::size_t largest_group = 4096;
  /// How many ids of its newest commands a live aggregate remembers, to recognise a repeat; 1 or
  /// more. Costs 40 bytes each, only for commands that the instance has had.
  std::size_t remembered_commands = 100'000;
  /// How often projectors look for events that nobody told them of, such as those of another
  /// process on the same store; 1 ms or more.
  std::chrono::milliseconds poll_interval{200};
  /// The shortest time between two saves of a read model while it follows the log; 0 or more.
  /// A read model is saved at shutdown too; what a kill leaves unsaved is projected again.
  std::chrono::milliseconds save_interval{1000};
  /// Threads that run aggregates and the application's own actors; 0 means as many as there are
  /// cores, but at least 2, less one for the journal's own thread where the store has one. Such a
  /// thread may wait for one commit where a command is the only one under way.
  std::size_t threads = 0;
  /// Whether projectors run in this node.
  bool run_projections = true;

  /// Reads `--store URL` from a command line and leaves everything else alone. Gives
  /// `invalid_argument` naming what is wrong.
  static result<config> parse(int argc, const char* const* argv);

  /// As `parse`, for wiring in `main`; throws `annals::error`.
  static config from_args(int argc, const char* const* argv);
};

} // namespace annals

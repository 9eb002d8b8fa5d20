#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/store_writer.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

struct journal_limits {
  /// The most events in one commit; 1 or more.
  std::size_t largest_group = 4096;
  /// How many of its newest snapshots a stream keeps; 1 or more.
  std::size_t kept_snapshots = 1;
};

/// Starts a journal for a store that blocks: it commits what waits in groups, on a thread of its
/// own. A store that does not block has a direct one
/// (`direct_journal.hpp`).
journal_actor spawn_journal(caf::actor_system& system, std::shared_ptr<store_writer> writer,
                            journal_limits limits);

} // namespace annals

#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/growth_hint.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace annals {

/// Counts of what a journal has done; read from any thread.
struct journal_counts {
  std::atomic<std::uint64_t> groups{0};
  std::atomic<std::uint64_t> appends{0};
  std::atomic<std::uint64_t> events{0};
};

/// What a journal needs beside its store.
struct journal_settings {
  event_bus_actor bus;
  std::shared_ptr<growth_hint> hint;
  /// The most events in one commit.
  std::size_t largest_group = 4096;
  std::shared_ptr<journal_counts> counts;
};

/// Starts a journal over `store`, which must outlive it and blocks: it commits in groups, on a
/// thread of its own. A store that does not block has a direct one (`direct_journal.hpp`).
journal_actor spawn_journal(caf::actor_system& system, event_store& store,
                            journal_settings settings);

} // namespace annals

#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/store_writer.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// Starts a journal for a store that blocks: it commits in groups of at most `largest_group` events
/// (1 or more), on a thread of its own. A store that does not block has a direct one
/// (`direct_journal.hpp`).
journal_actor spawn_journal(caf::actor_system& system, std::shared_ptr<store_writer> writer,
                            std::size_t largest_group);

} // namespace annals

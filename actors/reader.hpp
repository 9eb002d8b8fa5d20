#pragma once

#include <annals/actors/actors.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// Starts a reader that owns a connection to the store; `blocks` gives it a thread of its own.
reader_actor spawn_reader(caf::actor_system& system, std::unique_ptr<event_reader> connection,
                          bool blocks);

} // namespace annals

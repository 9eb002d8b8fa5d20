#pragma once

#include <annals/actors/served/served_actors.hpp>
#include <annals/actors/store_writer.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace annals {

/// What a clerk answers of a read model in the node's memory: nothing where it is at the position
/// that the asker knows.
using model_look = std::function<result<std::optional<served::model_now>>(
    const std::string& projection, std::optional<log_position> known)>;

// Starts a clerk of each kind, on a thread of its own. What it needs of the store it opens with the
// first question; `store` must outlive it.

store_clerk_actor spawn_reading_clerk(caf::actor_system& system, event_store& store);
store_clerk_actor spawn_lease_clerk(caf::actor_system& system, event_store& store);
/// Writes what is not appended.
store_clerk_actor spawn_writing_clerk(caf::actor_system& system,
                                      std::shared_ptr<store_writer> writer);
store_clerk_actor spawn_model_clerk(caf::actor_system& system, model_look look);

} // namespace annals

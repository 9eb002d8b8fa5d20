#pragma once

#include <annals/actors/served/served_actors.hpp>
#include <annals/actors/store_writer.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

// Starts a clerk of each kind, on a thread of its own.

store_clerk_actor spawn_reading_clerk(caf::actor_system& system,
                                      std::unique_ptr<event_reader> reader);
store_clerk_actor spawn_lease_clerk(caf::actor_system& system, std::unique_ptr<lease_store> leases);
/// Writes what is not appended.
store_clerk_actor spawn_writing_clerk(caf::actor_system& system,
                                      std::shared_ptr<store_writer> writer);

} // namespace annals

#pragma once

#include <annals/actors/actors.hpp>

#include <caf/actor_system.hpp>

namespace annals {

/// Starts an event bus without subscribers.
event_bus_actor spawn_event_bus(caf::actor_system& system);

} // namespace annals

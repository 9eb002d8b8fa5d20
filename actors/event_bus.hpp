#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/growth_hint.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// Starts an event bus without subscribers. `hint` is shared with the journal; while nobody
/// listens no hint is taken, and so none is sent.
event_bus_actor spawn_event_bus(caf::actor_system& system, std::shared_ptr<growth_hint> hint);

} // namespace annals

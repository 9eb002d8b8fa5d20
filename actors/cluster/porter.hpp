#pragma once

#include <caf/actor_system.hpp>

namespace annals {

/// CAF keeps two actors for other nodes by name: one that spawns actors for whoever asks, and one
/// that keeps settings for whoever sends them, both of which end by an exit message from anybody.
/// Puts an actor in their place that only says that it is there, which a node that connects waits
/// for, and that nothing ends.
void keep_strangers_from_caf(caf::actor_system& system);

} // namespace annals

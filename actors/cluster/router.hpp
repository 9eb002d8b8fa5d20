#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>
#include <annals/actors/cluster/known_nodes.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// Starts the router of a node: it stands in front of the dispatcher, with the same interface, and
/// hands each command to the dispatcher where the aggregate is this node's, else to the forwarder.
/// Works in the threads of those who send to it. Everything but commands goes to the dispatcher.
dispatcher_actor spawn_router(caf::actor_system& system, dispatcher_actor dispatcher,
                              forwarder_actor forwarder, std::shared_ptr<const known_nodes> nodes);

} // namespace annals

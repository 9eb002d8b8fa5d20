#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <string>

namespace annals {

/// Has an actor system know the types of what gateways are told and answer.
void know_gateways(caf::actor_system_config& config);

/// Starts the gateway of a node in front of its dispatcher; who says hello is handed to the
/// forwarder, and what is for the store to `host`, which may be null. Works in the threads of those
/// who send to it. It is all that other nodes reach of this one: the answers go back through it, so
/// that CAF gets to know no other actor of the node by the way. Exit messages do nothing, whoever
/// sends them; it ends by `end_gateway`.
gateway_actor spawn_gateway(caf::actor_system& system, dispatcher_actor dispatcher,
                            forwarder_actor forwarder, std::string incarnation,
                            caf::strong_actor_ptr host = nullptr);

/// Ends a gateway of this process; whoever still waits for an answer gets `stopping`.
void end_gateway(const gateway_actor& gateway);

} // namespace annals

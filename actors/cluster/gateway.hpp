#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <string>

namespace annals {

/// Has an actor system know the types of what gateways are told and answer.
void know_gateways(caf::actor_system_config& config);

/// Starts the gateway of a node in front of its dispatcher; who says hello is handed to the
/// forwarder, and who asks for the store gets `host`, which may be null. Exit messages from other
/// nodes do nothing: it ends with its system, or by `caf::exit_reason::kill` of this process.
gateway_actor spawn_gateway(caf::actor_system& system, dispatcher_actor dispatcher,
                            forwarder_actor forwarder, std::string incarnation,
                            caf::strong_actor_ptr host = nullptr);

} // namespace annals

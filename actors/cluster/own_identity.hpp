#pragma once

#include <caf/actor_system_config.hpp>

namespace annals {

/// Has the actor system talk to others, under a CAF node id that no other one has. CAF 0.17 makes
/// the id of the network cards' addresses, the process id and a counter of one byte: in containers,
/// where the process id is 1 and addresses follow from a private network, two machines have the
/// same, and then take each other's messages for their own.
void load_network(caf::actor_system_config& config);

} // namespace annals

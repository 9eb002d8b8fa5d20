#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>
#include <annals/actors/cluster/known_nodes.hpp>
#include <annals/actors/cluster/peer_network.hpp>

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace annals {

/// What a forwarder needs.
struct forwarder_parts {
  cluster_settings settings;
  std::shared_ptr<const known_nodes> nodes;
  /// Of this node, for commands whose aggregates have come here meanwhile.
  dispatcher_actor dispatcher;
  /// The most commands that wait for others at a time; past it, callers get `overloaded`.
  std::size_t most = 100'000;
  /// The largest body and the largest metadata of a command, in bytes; past it, `too_large`.
  std::size_t largest_payload = 1U << 20;
  connection_limits connections{};
  /// Told which nodes (by incarnation) are passed over because they are not reached, when that
  /// changes; on the forwarder's thread, and must not block. May be empty.
  std::function<void(std::vector<std::string>)> tell_unreachable{};
};

/// Starts the forwarder of a node. It connects to the others by itself. They know it, as the one
/// who asks, so it takes no exit message, whoever sends it: CAF hands over what comes through the
/// wire with whatever sender it claims to have. It ends by `close_connections`, which cannot come
/// from there.
forwarder_actor spawn_forwarder(caf::actor_system& system, forwarder_parts parts);

} // namespace annals

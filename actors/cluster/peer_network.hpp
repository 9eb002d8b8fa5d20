#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>
#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/cluster/guarded_port.hpp>

#include <caf/actor_system.hpp>
#include <caf/io/middleman_actor.hpp>

#include <chrono>
#include <cstdint>

namespace annals {

/// Where connections to other nodes are made: CAF's own way to do it, with bounds of ours. In CAF
/// 0.17 an attempt to connect blocks the one actor that makes all connections for as long as the
/// kernel tries, which is minutes for a host that is cut off; a peer that takes the connection and
/// says nothing is waited for without an end; and one that vanishes is noticed only when the kernel
/// gives up a write. So each attempt has an actor of its own, which may be left behind; connecting
/// has a time-out; and the kernel is told to look after each connection, and to give it up after
/// some `silence` without a sign of life. Spawning does not block; the actor ends by an exit
/// message.
struct connection_limits {
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds silence{3000};
  port_limits port{};
  /// Whether connections are encrypted (`use_tls`).
  bool tls = false;
  /// The pauses between attempts.
  std::chrono::milliseconds first_reconnect{50};
  std::chrono::milliseconds longest_reconnect{1000};
};

/// How long to wait for the next attempt, where `failures` have failed before the last one.
std::chrono::milliseconds reconnect_pause(const connection_limits& limits, std::uint32_t failures);

/// What to look at as well where no connection can be made: a refused certificate looks like a
/// connection that is lost. Empty without TLS.
std::string certificate_hint(const connection_limits& limits);

/// Has the actor system know who this node is, and whom it trusts.
void use_tls(caf::actor_system_config& config, const tls_settings& settings);

caf::io::middleman_actor spawn_connector(caf::actor_system& system,
                                         const connection_limits& limits);

/// Listens at `where` for the others, for `gateway`, with a connector that must live as long.
/// Returns the port. Blocks for a moment. Gives `invalid_argument` where it cannot listen there.
result<std::uint16_t> publish_gateway(caf::actor_system& system,
                                      const caf::io::middleman_actor& connector,
                                      const gateway_actor& gateway, const network_address& where);

} // namespace annals

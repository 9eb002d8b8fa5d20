#pragma once

#include <annals/actors/served/served_actors.hpp>
#include <annals/actors/served/store_clerk.hpp>
#include <annals/actors/store_writer.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// What a host serves.
struct store_host_parts {
  /// Whether others may write, and take leases; else they only read.
  bool is_writable = true;
  /// Looks at the read models of this node.
  model_look look{};
  /// Must outlive the host.
  event_store* store = nullptr;
  std::shared_ptr<store_writer> writer;
  /// Commits what others append together with what this node does.
  journal_actor journal;
  event_bus_actor bus;
  /// The most bytes of questions and answers that wait at a time; past it, what nobody comes for is
  /// dropped, and callers get `overloaded`, but for small questions that bring no large answer.
  std::size_t most_bytes = 512U << 20;
};

/// Starts the host of a store, to be reached by other processes through a gateway alone. Ends by an
/// exit message, after `finish`.
store_host_actor spawn_store_host(caf::actor_system& system, store_host_parts parts);

} // namespace annals

#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/aggregate.hpp>
#include <annals/messages/registry.hpp>

#include <caf/actor_system.hpp>

#include <memory>

namespace annals {

/// Starts a dispatcher for the aggregates of `domain`, which must outlive it. It works in the
/// threads of those who send to it.
dispatcher_actor spawn_dispatcher(caf::actor_system& system, const registry& domain,
                                  std::shared_ptr<const aggregate_context> context);

} // namespace annals

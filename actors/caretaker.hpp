#pragma once

#include <annals/actors/actors.hpp>

#include <caf/actor_system.hpp>

#include <chrono>

namespace annals {

/// Starts the caretaker for aggregates that leave memory after `idle` without a command; it looks
/// four times in that time, but not more often than every 10 ms and at least once a minute. With
/// `idle` 0 it never looks.
caretaker_actor spawn_caretaker(caf::actor_system& system, dispatcher_actor dispatcher,
                                std::chrono::milliseconds idle);

} // namespace annals

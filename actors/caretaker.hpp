#pragma once

#include <annals/actors/actors.hpp>

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>

namespace annals {

/// What the caretaker looks after, and how long things may stay.
struct caretaker_parts {
  dispatcher_actor dispatcher;
  journal_actor journal;
  std::function<timestamp()> clock;
  /// 0 where aggregates never leave for want of use.
  std::chrono::milliseconds passivate_after{};
  std::chrono::seconds command_window{};
};

/// Starts the caretaker. It looks for idle aggregates four times in `passivate_after`, but not more
/// often than every 10 ms and at least once a minute, and for old outcomes once a minute.
caretaker_actor spawn_caretaker(caf::actor_system& system, caretaker_parts parts);

} // namespace annals

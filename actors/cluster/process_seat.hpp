#pragma once

#include <annals/actors/actors.hpp>
#include <annals/messages/error.hpp>

#include <caf/actor_system.hpp>

#include <functional>

namespace annals {

/// Where the runner of a process manager sits while it is this node's to run. Used by the thread of
/// the membership.
class process_seat {
public:
  /// `spawn` starts the runner.
  process_seat(caf::actor_system& system, std::function<result<process_runner_actor>()> spawn)
      : system_{system}, spawn_{std::move(spawn)} {}

  /// Starts the runner; where that fails the log hears why.
  void begin();
  /// Has the runner finish, which does not take long: what has no answer yet is sent again, under
  /// its id, by whoever is next. Blocks.
  void end();

private:
  caf::actor_system& system_;
  std::function<result<process_runner_actor>()> spawn_;
  process_runner_actor runner_;
};

} // namespace annals

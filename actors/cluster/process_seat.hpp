#pragma once

#include <annals/actors/actors.hpp>
#include <annals/messages/error.hpp>

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>

namespace annals {

/// Where the runner of a process manager sits while it is this node's to run. Used by the thread of
/// the membership.
class process_seat {
public:
  /// `spawn` starts the runner.
  process_seat(caf::actor_system& system, std::string process,
               std::function<result<process_runner_actor>()> spawn)
      : system_{system}, process_{std::move(process)}, spawn_{std::move(spawn)} {}

  /// Starts the runner.
  result<void> begin();
  /// Has the runner finish, and ends it after `longest` in any case: what has no answer by then is
  /// sent again, under its id, by whoever is next. Blocks.
  void end(std::chrono::milliseconds longest);

private:
  caf::actor_system& system_;
  std::string process_;
  std::function<result<process_runner_actor>()> spawn_;
  process_runner_actor runner_;
};

} // namespace annals

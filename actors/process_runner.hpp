#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/cluster/duty.hpp>
#include <annals/actors/process_board.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace annals {

/// What a process runner needs.
struct process_runner_parts {
  /// Both must outlive the actor.
  const registry* domain = nullptr;
  const process_type* type = nullptr;
  std::shared_ptr<process_board> board;
  std::shared_ptr<event_reader> reader;
  journal_actor journal;
  dispatcher_actor dispatcher;
  /// See `config`.
  std::function<timestamp()> clock;
  std::chrono::milliseconds poll_interval{200};
  std::chrono::milliseconds save_interval{1000};
  std::uint64_t most_reactions = 10'000;
  std::size_t live_processes = 10'000;
  std::size_t commands_under_way = 1000;
  std::size_t largest_payload = 1U << 20;
  /// Where one node at a time runs it: who hears that it cannot begin here. Null where there is
  /// only this node.
  std::shared_ptr<duty> held_by{};
  /// What its writes carry: the lease under which this node runs it, as it was when it began.
  lease_fence fence{};
};

/// Starts the runner of a process manager on a thread of its own.
process_runner_actor spawn_process_runner(caf::actor_system& system, process_runner_parts parts);

} // namespace annals

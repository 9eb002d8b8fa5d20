#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/cluster/duty.hpp>
#include <annals/actors/projector_desk.hpp>
#include <annals/actors/store_writer.hpp>
#include <annals/actors/target_board.hpp>
#include <annals/actors/target_settings.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>

namespace annals {

/// What a target runner needs.
struct target_runner_parts {
  /// Must outlive the actor.
  const registry* domain = nullptr;
  /// With the part's own name.
  target_settings settings;
  /// Which part of the target this one runs.
  log_part part{};
  std::shared_ptr<target_board> board;
  std::shared_ptr<event_reader> reader;
  /// For what it cannot take in.
  std::shared_ptr<store_writer> writer;
  /// Where it is given orders.
  std::shared_ptr<projector_desk> desk;
  /// Where one node at a time runs it: whether it is this one. Null where there is only this one.
  std::shared_ptr<duty> held_by{};
  std::size_t most_parked = 10'000;
  std::chrono::milliseconds poll_interval{200};
  /// How often at most it is stored how far the target is, for people and for other nodes.
  std::chrono::milliseconds save_interval{1000};
  std::uint32_t poison_retries = 3;
  std::chrono::milliseconds poison_back_off{10};
};

/// Starts a target runner on a thread of its own.
target_runner_actor spawn_target_runner(caf::actor_system& system, target_runner_parts parts);

} // namespace annals

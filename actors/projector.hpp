#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/live_model.hpp>
#include <annals/actors/projector_desk.hpp>
#include <annals/actors/store_writer.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>

#include <chrono>
#include <memory>

namespace annals {

/// What a projector needs.
struct projector_parts {
  /// For the types of events that the domain knows; must outlive the actor.
  const registry* domain = nullptr;
  std::shared_ptr<live_model> model;
  std::shared_ptr<event_reader> reader;
  journal_actor journal;
  std::shared_ptr<store_writer> writer;
  /// Where it is given orders.
  std::shared_ptr<projector_desk> desk;
  std::chrono::milliseconds poll_interval{200};
  std::chrono::milliseconds save_interval{1000};
  std::uint32_t poison_retries = 3;
  std::chrono::milliseconds poison_back_off{10};
};

/// Starts a projector on a thread of its own. It restores the stored model, catches up, and
/// follows the log until it is told to finish.
projector_actor spawn_projector(caf::actor_system& system, projector_parts parts);

} // namespace annals

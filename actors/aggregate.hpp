#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/store_writer.hpp>
#include <annals/messages/aggregate_type.hpp>

#include <caf/actor_system.hpp>

#include <memory>
#include <string>

namespace annals {

/// What all aggregates of a node share.
struct aggregate_context {
  journal_actor journal;
  /// Where a single append may go at once; null where all go to the journal.
  std::shared_ptr<store_writer> writer;
  /// Streams are spread over these.
  std::vector<reader_actor> readers;
  /// How many of its newest commands an instance remembers; 1 or more.
  std::size_t remembered_commands = 100'000;
  /// How often a command is decided again after another writer was first.
  std::uint32_t most_attempts = 10;
};

/// Starts the actor of one instance. It loads its stream at its first command.
aggregate_actor spawn_aggregate(caf::actor_system& system, const aggregate_type& type,
                                std::string id, std::shared_ptr<const aggregate_context> context);

} // namespace annals

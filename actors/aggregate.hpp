#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/config.hpp>
#include <annals/actors/store_writer.hpp>
#include <annals/actors/traffic.hpp>
#include <annals/messages/registry.hpp>

#include <caf/actor_system.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace annals {

/// Counts of what the aggregates of a node did; read from any thread.
struct aggregate_counts {
  /// How many live in memory now.
  std::atomic<std::size_t> live{0};
  /// How many have left memory for want of use.
  std::atomic<std::uint64_t> passivated{0};
  std::atomic<std::uint64_t> overloaded{0};
  std::atomic<std::uint64_t> snapshots_taken{0};
  /// Snapshots that could not be used; the stream was replayed instead.
  std::atomic<std::uint64_t> snapshots_ignored{0};
};

/// What all aggregates of a node share.
struct aggregate_context {
  /// For what is stored and sent in an older form; must outlive the actors. Never null.
  const registry* domain = nullptr;
  journal_actor journal;
  /// Where a single append may go at once; null where all go to the journal.
  std::shared_ptr<store_writer> writer;
  /// Whom the home of a joint command tells of what the others have; may be empty.
  caf::weak_actor_ptr dispatcher{};
  /// Who asks other nodes, where there are any, for what cannot be read here, as while a newer
  /// build is being started node by node; may be empty.
  caf::weak_actor_ptr others{};
  /// Whether an instance has its place on this node; null where there are no others. Any thread.
  std::function<bool(std::string_view aggregate, std::string_view id)> is_here{};
  /// Streams are spread over these.
  std::vector<reader_actor> readers;
  /// How many of its newest commands an instance remembers; 1 or more.
  std::size_t remembered_commands = 100'000;
  /// How far back in time commands are recalled from the store.
  std::chrono::seconds command_window = std::chrono::hours{24};
  /// How often a command is decided again after another writer was first.
  std::uint32_t most_attempts = 10;
  snapshot_rules snapshots{};
  /// See `config`.
  std::size_t live_aggregates = 100'000;
  std::chrono::milliseconds passivate_after = std::chrono::minutes{10};
  std::size_t largest_payload = 1U << 20;
  std::vector<middleware> around_commands{};
  std::function<timestamp()> clock = now;
  std::shared_ptr<traffic> commands = std::make_shared<traffic>(traffic::limits{});
  std::shared_ptr<aggregate_counts> counts = std::make_shared<aggregate_counts>();
};

/// Starts the actor of one instance. It loads its stream at its first command, and counts each
/// command out of `commands` when it has its answer.
aggregate_actor spawn_aggregate(caf::actor_system& system, const aggregate_type& type,
                                std::string id, std::shared_ptr<const aggregate_context> context,
                                std::shared_ptr<instance_traffic> commands);

} // namespace annals

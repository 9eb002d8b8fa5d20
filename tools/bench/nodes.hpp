#pragma once

#include <annals/tools/bench/bench.hpp>

#include <cstddef>
#include <string>

namespace annals::tools::bench {

// What `subject::mode` says of commands at one of several nodes.
inline constexpr auto at_home = "to accounts of the node that is asked";
inline constexpr auto at_another = "to accounts of another node";
// The same, of commands that were carried out before: what it takes to get there and back, and no
// disk.
inline constexpr auto again_at_home = "the same, carried out before";
inline constexpr auto again_at_another = "those of another node, carried out before";
inline constexpr auto bare_between_processes = "bare CAF between two processes";
inline constexpr auto before_kill = "before a node is killed";
inline constexpr auto of_dead_node = "after it, to the dead node's accounts";
inline constexpr auto of_others = "after it, to all others";

/// The figures of one store.
inline subject nodes_subject(std::string store, std::string mode, std::uint64_t in_flight = 0) {
  return {
      .what = "nodes", .store = std::move(store), .in_flight = in_flight, .mode = std::move(mode)};
}

/// A store that several processes may open and that nobody else uses, and what it is called in the
/// figures.
struct shared_place {
  std::string kind;
  std::string url;
  /// Nodes that are there for the store's sake, and have no aggregates.
  std::size_t hosts = 0;
};

/// The part `nodes` on one store.
result<void> measure_nodes_on(const bench_run& run, const shared_place& place);

/// The same on PostgreSQL, in a schema of its own.
result<void> measure_nodes_on_postgres(const bench_run& run);

/// The same on an SQLite file that one more process has open and serves to the nodes.
result<void> measure_nodes_on_served(const bench_run& run);

/// What a client notices of it when one of several nodes is killed.
result<void> measure_a_kill(const bench_run& run, const shared_place& place);

/// Bare CAF, a request and its response between two processes, over which `nodes` are measured.
result<figures> measure_remote_caf(const bench_run& run, std::uint64_t in_flight);

} // namespace annals::tools::bench

#pragma once

#include <annals/actors/cluster/placement.hpp>
#include <annals/persistence/lease_store.hpp>
#include <annals/tools/context.hpp>

#include <vector>

namespace annals::tools {

/// What a subcommand sees of the nodes of a store.
struct leases_seen {
  std::vector<lease> leases;
  placement nodes;
};

/// Asks the store. Blocks.
outcome<leases_seen> see_leases(event_store& store);

/// The failure where no node is there.
tool_failure no_nodes();

} // namespace annals::tools

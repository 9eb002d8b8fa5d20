#include <annals/tools/leases_seen.hpp>

#include <annals/actors/cluster/member_card.hpp>

namespace annals::tools {

outcome<leases_seen> see_leases(event_store& store) {
  auto leases = store.open_leases();
  if (!leases)
    return tool_failure{leases.error()};
  auto all = (*leases)->list("");
  if (!all)
    return tool_failure{all.error()};
  leases_seen seen;
  seen.nodes = members_in(*all);
  seen.leases = std::move(*all);
  return seen;
}

tool_failure no_nodes() {
  return failure{errc::not_found, "no node is there; start one with the subcommand node"};
}

} // namespace annals::tools

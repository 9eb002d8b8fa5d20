#include <annals/tools/commands/commands.hpp>

namespace annals::tools {

std::vector<std::unique_ptr<subcommand>> all_subcommands() {
  std::vector<std::unique_ptr<subcommand>> all;
  for (auto make : {make_ask,    make_state,       make_streams, make_read,          make_log,
                    make_model,  make_projections, make_rebuild, make_subscriptions, make_snapshots,
                    make_export, make_import,      make_copy,    make_verify,        make_schema,
                    make_node,   make_nodes,       make_where,   make_drain,         make_bench})
    all.push_back(make());
  return all;
}

} // namespace annals::tools

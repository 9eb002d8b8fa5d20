#include <annals/tools/commands/commands.hpp>

namespace annals::tools {

std::vector<std::unique_ptr<subcommand>> all_subcommands() {
  std::vector<std::unique_ptr<subcommand>> all;
  for (auto make : {make_ask, make_state, make_streams, make_read, make_log, make_model,
                    make_projections, make_rebuild, make_export, make_import, make_verify})
    all.push_back(make());
#ifdef ANNALS_WITH_BENCH
  all.push_back(make_bench());
#endif
  return all;
}

} // namespace annals::tools

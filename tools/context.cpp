#include <annals/tools/context.hpp>

#include <annals/actors/served/any_store.hpp>

namespace annals::tools {

outcome<opened_store> context::open(const std::string& url, open_mode mode) const {
  opened_store opened;
  auto store = open_any_store(url, {mode, options.lock_timeout});
  if (!store)
    return tool_failure::opening(store.error());
  opened.store = std::move(*store);
  auto reader = opened.store->open_reader();
  if (!reader)
    return tool_failure::opening(reader.error());
  opened.reader = std::move(*reader);
  return opened;
}

config context::node_settings() const {
  auto made = settings;
  made.cluster.reset();
  if (!options.store.empty())
    made.store = options.store;
  if (options.lock_timeout != global_options{}.lock_timeout)
    made.lock_timeout = options.lock_timeout;
  return made;
}

outcome<> context::need_domain() const {
  if (!domain.empty())
    return {};
  return tool_failure::usage("this program has no domain and knows no aggregates or projections; "
                             "use the application's own program, which has the same subcommands");
}

} // namespace annals::tools

#include <annals/actors/testing/test_node.hpp>

#include <annals/actors/runtime.hpp>
#include <annals/actors/served/any_store.hpp>
#include <annals/persistence/testing/faulty_store.hpp>

#include <caf/send.hpp>

#include <utility>

namespace annals::testing {

namespace {

result<std::unique_ptr<event_store>> open_inner(const config& settings) {
  if (settings.open_store)
    return settings.open_store();
  store_options options;
  options.lock_timeout = settings.lock_timeout;
  return open_any_store(settings.store, options);
}

config wired(const detail::test_parts& parts, test_config settings) {
  config node_settings = settings;
  node_settings.clock = [clock = parts.clock] { return clock->now(); };
  node_settings.open_store = [plan = parts.plan,
                              settings =
                                  std::move(settings)]() -> result<std::unique_ptr<event_store>> {
    auto inner = open_inner(settings);
    if (!inner)
      return inner.error();
    return std::make_unique<faulty_store>(std::move(*inner), plan, settings.store_blocks);
  };
  return node_settings;
}

detail::test_parts make_parts(timestamp begin) {
  return {std::make_shared<faults>(), std::make_shared<test_clock>(begin)};
}

} // namespace

test_node::test_node(registry domain, test_config settings)
    : test_node{make_parts(settings.begin), std::move(domain), std::move(settings)} {}

test_node::test_node(detail::test_parts parts, registry domain, test_config settings)
    : detail::test_parts{std::move(parts)}, node{std::move(domain),
                                                 wired(*this, std::move(settings))} {
  clock().on_move([this](timestamp) { wake_up(); });
}

test_node::~test_node() { clock().on_move({}); }

void test_node::wake_up() {
  if (auto dispatcher = internals().dispatcher())
    caf::anon_send(dispatcher, passivate_idle_ones{});
  internals().wake_processes();
}

} // namespace annals::testing

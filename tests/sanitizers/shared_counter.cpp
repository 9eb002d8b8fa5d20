// A true race: two actors count in one variable that no message carries.
#include <caf/all.hpp>

#include <memory>

namespace {

caf::behavior counter(caf::event_based_actor*, std::shared_ptr<int> count) {
  return {[count](int steps) {
    for (int step = 0; step < steps; ++step)
      ++*count;
  }};
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto count = std::make_shared<int>(0);
  auto first = system.spawn<caf::detached>(counter, count);
  auto second = system.spawn<caf::detached>(counter, count);
  for (int round = 0; round < 1000; ++round) {
    caf::anon_send(first, 100);
    caf::anon_send(second, 100);
  }
}

// A node with a consumer of a durable subscription: writes the position of each event that it is
// given to file 3. Arguments: store, name of the node, name of the subscription, partitions.

#include "tests/actors/ledger.hpp"

#include <annals/annals.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

#include <unistd.h>

int main(int argc, char** argv) {
  if (argc != 5)
    return 2;
  annals::config settings;
  settings.store = argv[1];
  settings.save_interval = std::chrono::milliseconds{20};
  settings.cluster.emplace();
  settings.cluster->name = argv[2];
  settings.cluster->lease_time = std::chrono::milliseconds{1000};
  auto node = annals::node::start(ledger::domain{}, settings);
  if (!node) {
    std::cerr << node.error().message << '\n';
    return 2;
  }
  annals::subscription_settings wants;
  wants.name = argv[3];
  wants.partitions = static_cast<std::uint32_t>(std::atoi(argv[4]));
  auto following = (*node)->subscribe(wants, [](const annals::recorded_event& event) {
    auto line = std::to_string(event.position) + '\n';
    if (write(3, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      _exit(3);
  });
  if (!following) {
    std::cerr << following.error().message << '\n';
    return 2;
  }
  for (;;)
    pause();
}

#pragma once

#include "tests/comes_true.hpp"
#include "tests/examples/program.hpp"

#include <annals/actors/node.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace annals::tests::cluster {

/// The arguments of a program that runs as a node.
inline std::vector<std::string> as_node(const std::string& program, const std::string& store,
                                        const std::string& name) {
  return {program, "node", "--store", store, "--name", name, "--lease-time", "1000"};
}

/// A node in this process that takes commands and has no aggregates.
inline config client_settings(const std::string& store) {
  config settings;
  settings.store = store;
  settings.run_projections = settings.run_process_managers = false;
  settings.cluster.emplace();
  settings.cluster->name = "client";
  settings.cluster->weight = 0;
  settings.cluster->lease_time = std::chrono::milliseconds{1000};
  return settings;
}

/// Whether it comes to know exactly these beside itself.
inline bool knows(const node& client, std::vector<std::string> names) {
  names.push_back("client");
  std::ranges::sort(names);
  return comes_true([&] {
    auto seen = client.nodes();
    return std::ranges::equal(seen, names, {}, &member::name);
  });
}

} // namespace annals::tests::cluster

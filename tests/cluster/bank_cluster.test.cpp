// A bank of several nodes, each a process with a network namespace and an address of its own, over
// a real PostgreSQL: nodes are killed, stopped or cut off from the others for longer than their
// leases, drained and added at random under a load of transfers. ANNALS_CLUSTER_SECONDS says for
// how long, ANNALS_CLUSTER_SEED repeats the choices of a run. Where namespaces are not permitted
// all of it is on the loopback interface, and nothing is cut off.

#include "tests/cluster/bank_nodes.hpp"
#include "tests/cluster/cluster_judge.hpp"
#include "tests/comes_true.hpp"
#include "tests/environment.hpp"
#include "tests/persistence/postgres_server.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

constexpr int lease_ms = 1000;

// Takes commands and has no aggregates.
annals::config client_of(const std::string& store, const private_network& network) {
  annals::config settings;
  settings.store = store;
  settings.run_projections = settings.run_process_managers = false;
  settings.cluster.emplace();
  settings.cluster->name = "client";
  settings.cluster->weight = 0;
  settings.cluster->listen = network.own_address() + ":0";
  settings.cluster->listen_without_encryption_beyond_loopback = true;
  settings.cluster->lease_time = std::chrono::milliseconds{lease_ms};
  return settings;
}

bool all_live(annals::node& client, std::size_t count) {
  return comes_true([&] { return client.nodes().size() == count; });
}

void report(const bank_nodes& nodes, const transfer_load& load, const cluster_judge& judge) {
  for (const auto& [what, often] : nodes.happened())
    std::cout << what << " " << often << ", ";
  std::vector<std::chrono::milliseconds> took;
  int again = 0;
  for (const auto& [id, one] : load.all()) {
    took.push_back(one.took);
    again += one.attempts - 1;
  }
  std::ranges::sort(took);
  auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))].count();
  };
  std::cout << took.size() << " commands (asked again " << again << "), " << judge.events()
            << " events; milliseconds to an answer: median " << at(0.5) << ", 99 % " << at(0.99)
            << ", longest " << at(1) << std::endl;
}

} // namespace

TEST_CASE(
    "through kills, stops, drains and joins a bank of nodes loses nothing and doubles nothing") {
  const auto seed = number_given("ANNALS_CLUSTER_SEED", std::random_device{}());
  const auto seconds = number_given("ANNALS_CLUSTER_SECONDS", 120);
  private_network network;
  std::cout << "ANNALS_CLUSTER_SEED=" << seed
            << (network.is_there() ? ", each node in a network namespace of its own"
                                   : ", on the loopback interface: namespaces are not permitted")
            << std::endl;
  postgres_server server;
  const auto store = server.local_store_url("bank");
  bank_nodes nodes{store, lease_ms, seed, network};
  nodes.start("n1");
  annals::node client{bank::domain{}, client_of(store, network)};
  REQUIRE(all_live(client, 2));
  nodes.start("n2");
  nodes.start("n3");
  REQUIRE(all_live(client, 4));
  transfer_load load{client, seed};
  load.open_accounts();
  load.start();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
  while (std::chrono::steady_clock::now() < end)
    nodes.let_something_happen();
  nodes.settle({"n1", "n2", "n3"});
  load.stop();
  auto reader = client.open_reader().value();
  const auto patience = std::chrono::steady_clock::now() + 2min;
  while (!cluster_judge::all_ended(*reader, load.all())
         && std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(100ms);
  nodes.stop_all();
  cluster_judge judge{*reader};
  judge.check_answers(load.all());
  judge.check_transfers(load.all());
  judge.check_money();
  judge.check_model();
  report(nodes, load, judge);
  for (const auto& one : judge.findings())
    UNSCOPED_INFO(one);
  CHECK(judge.found() == 0);
}

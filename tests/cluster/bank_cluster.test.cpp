// A bank of three to five nodes, each a process with a network namespace and an address of its own,
// over a real PostgreSQL: nodes are killed, stopped or cut off for longer than their leases,
// drained and added at random under a load of transfers. Some have the store by a socket in the
// file system and keep it when they are cut off from the others, some by the network and lose it
// with them. ANNALS_CLUSTER_SECONDS says for how long, ANNALS_CLUSTER_SEED repeats the choices of a
// run, which are printed. Where namespaces are not permitted all of it is on the loopback
// interface, and nothing is cut off.

#include "tests/cluster/bank_nodes.hpp"
#include "tests/cluster/cluster_judge.hpp"
#include "tests/comes_true.hpp"
#include "tests/environment.hpp"
#include "tests/persistence/postgres_server.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <iostream>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

constexpr auto bank_lease = 1000ms;
// In so many seconds every kind of fault has its turn, also on a busy machine.
constexpr std::uint32_t long_enough_for_all = 100;
constexpr auto longest_without_answers = 60s;

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
  settings.cluster->lease_time = bank_lease;
  return settings;
}

bool all_live(annals::node& client, std::size_t count) {
  return comes_true([&] { return client.nodes().size() == count; });
}

// Whether commands that were asked after this call get their answers.
bool goes_on_answering(const transfer_load& load) {
  const auto before = load.answered();
  const auto end = std::chrono::steady_clock::now() + longest_without_answers;
  while (load.answered() <= before + transfer_load::most_under_way) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// Until all transfers have come to their ends and nothing more is written.
void wait_for_end(annals::event_reader& reader, const transfer_load& load) {
  const auto patience = std::chrono::steady_clock::now() + 2min;
  while (!cluster_judge::all_ended(reader, load.all())
         && std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(100ms);
  auto last = reader.last_position().value();
  for (auto since = std::chrono::steady_clock::now();
       std::chrono::steady_clock::now() < std::min(since + 2s, patience);
       std::this_thread::sleep_for(100ms))
    if (auto now = reader.last_position().value(); now != std::exchange(last, now))
      since = std::chrono::steady_clock::now();
}

void report(const bank_nodes& nodes, const transfer_load& load, const cluster_judge& judge) {
  for (const auto& [what, often] : nodes.happened())
    std::cout << what << ' ' << often << ", ";
  std::vector<std::chrono::milliseconds> took;
  for (const auto& [id, one] : load.all())
    if (one.answer)
      took.push_back(one.took);
  std::ranges::sort(took);
  std::cout << took.size() << " answers, " << judge.events() << " events";
  if (!took.empty()) {
    auto at = [&](double part) {
      return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))].count();
    };
    std::cout << "; milliseconds to an answer: median " << at(0.5) << ", 99 % " << at(0.99)
              << ", longest " << at(1) << ", longest without any "
              << load.longest_silence().count();
  }
  std::cout << std::endl;
  for (const auto& [code, often] : load.asked_again())
    std::cout << "asked again after " << annals::to_string(code) << ": " << often << std::endl;
}

void check_all_happened(const bank_nodes& nodes, bool can_cut) {
  std::vector<std::string> kinds{"killed", "stopped for a while", "drained", "started"};
  if (can_cut)
    kinds.emplace_back("cut off from all");
  for (const auto& kind : kinds) {
    INFO(kind);
    CHECK(nodes.happened().contains(kind));
  }
}

} // namespace

TEST_CASE("a seed repeats what happens to a bank, in which three to five nodes are always there") {
  const auto seed = GENERATE(range(1U, 20U));
  fault_plan plan{seed, bank_lease, true};
  fault_plan again{seed, bank_lease, true};
  std::set<fault_kind> kinds;
  for (int i = 0; i < 100; ++i) {
    auto before = plan.nodes();
    auto step = plan.next();
    INFO(step.text());
    CHECK(step == again.next());
    CHECK(plan.nodes().size() >= 3);
    CHECK(plan.nodes().size() <= 5);
    CHECK(before.contains(step.node) == (step.what != fault_kind::join));
    CHECK((step.what == fault_kind::join || step.length > bank_lease));
    kinds.insert(step.what);
  }
  CHECK(kinds.size() == 5);
  CHECK(fault_plan{seed + 1, bank_lease, true}.next() != fault_plan{seed, bank_lease, true}.next());
}

TEST_CASE(
    "through kills, stops, drains and joins a bank of nodes loses nothing and doubles nothing") {
  const auto seed = number_given("ANNALS_CLUSTER_SEED", std::random_device{}());
  const auto seconds = number_given("ANNALS_CLUSTER_SECONDS", 120);
  private_network network;
  std::cout << "ANNALS_CLUSTER_SEED=" << seed
            << (network.is_there()
                    ? ", each node in a network namespace of its own"
                    : ", on the loopback interface, no namespaces: " + network.why_not())
            << std::endl;
  postgres_server server{postgres_server::durability::none,
                         {},
                         network.is_there() ? network.own_address() : std::string{}};
  const auto store = server.local_store_url("bank");
  bank_nodes nodes{{store, server.far_store_url("bank")}, bank_lease, network};
  fault_plan plan{seed, bank_lease, network.is_there()};
  nodes.start("n1");
  annals::node client{bank::domain{}, client_of(store, network)};
  REQUIRE(all_live(client, 2));
  nodes.start("n2");
  nodes.start("n3");
  REQUIRE(all_live(client, 4));
  transfer_load load{client, seed};
  load.open_accounts();
  load.start();
  REQUIRE(goes_on_answering(load));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
  while (std::chrono::steady_clock::now() < end) {
    const auto step = plan.next();
    std::cout << step.text() << std::endl;
    nodes.let_happen(step);
    INFO("after " << step.text());
    REQUIRE(nodes.running() == plan.nodes().size());
    REQUIRE(goes_on_answering(load));
  }
  load.stop();
  nodes.check_all_run();
  auto reader = client.open_reader().value();
  wait_for_end(*reader, load);
  nodes.stop_all();
  cluster_judge judge{*reader};
  judge.check_answers(load.all());
  judge.check_transfers(load.all());
  judge.check_money();
  judge.check_models();
  report(nodes, load, judge);
  for (const auto& one : judge.findings())
    UNSCOPED_INFO(one);
  CHECK(judge.found() == 0);
  if (seconds >= long_enough_for_all)
    check_all_happened(nodes, network.is_there());
}

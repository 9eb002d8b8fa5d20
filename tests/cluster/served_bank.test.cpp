// A bank of several nodes over one SQLite file, which one of them serves to the others: the serving
// node and the others are killed and stopped at random under a load of transfers.
// ANNALS_CLUSTER_SECONDS says for how long, ANNALS_CLUSTER_SEED repeats the choices of a run.

#include "tests/cluster/cluster_judge.hpp"
#include "tests/comes_true.hpp"
#include "tests/environment.hpp"
#include "tests/examples/program.hpp"
#include "tests/free_port.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

constexpr int served_lease_ms = 1000;

// "hub" has the file and serves it.
class served_bank {
public:
  explicit served_bank(std::uint32_t seed) : random_{seed} {
    start("hub");
    REQUIRE(comes_true([&] { return bank({"nodes"}).out.find("hub") != std::string::npos; }));
    start("north");
    start("south");
  }

  std::string file() const { return folder_.file("bank.db"); }
  std::string url() const { return "annals://127.0.0.1:" + std::to_string(port_); }
  std::map<std::string, int>& happened() { return happened_; }

  program_end bank(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), BANK_PROGRAM);
    arguments.insert(arguments.end(), {"--store", url() + "?connect_timeout=300"});
    return run(arguments);
  }

  void start(const std::string& name) {
    std::vector<std::string> line{BANK_PROGRAM, "node",         "--name",
                                  name,         "--lease-time", std::to_string(served_lease_ms)};
    if (name == "hub")
      line.insert(line.end(), {"--store", file(), "--serve-store", "--listen",
                               "127.0.0.1:" + std::to_string(port_)});
    else
      line.insert(line.end(), {"--store", url()});
    nodes_[name] = std::make_unique<program>(std::move(line));
  }

  // All that is drawn is drawn first, and printed, so that a seed repeats it whatever comes of it.
  void let_something_happen() {
    const auto pause = draw(500, 2500);
    const std::string name = std::array{"hub", "hub", "north", "south"}[random_() % 4];
    const bool is_stopped = random_() % 3 == 0;
    const auto length = is_stopped ? draw(100, 3 * served_lease_ms) : draw(0, 1000);
    std::cout << pause.count() << " ms, then " << (is_stopped ? "stop " : "kill ") << name
              << " for " << length.count() << " ms" << std::endl;
    std::this_thread::sleep_for(pause);
    auto& one = *nodes_.at(name);
    if (one.ends_within(0ms)) {
      ++happened_["given up by " + name];
      return start(name);
    }
    ++happened_[(is_stopped ? "stopped " : "killed ") + name];
    one.signal(is_stopped ? SIGSTOP : SIGKILL);
    if (!is_stopped)
      one.wait();
    std::this_thread::sleep_for(length);
    if (is_stopped)
      one.signal(SIGCONT);
    else
      start(name);
  }

  // In order, the hub last: the others have what they have to store stored by it.
  void stop(const std::string& name) {
    INFO(name);
    auto& one = *nodes_.at(name);
    one.signal(SIGTERM);
    auto ended = one.wait();
    INFO(ended.out << ended.err);
    CHECK(ended.code == 128 + SIGTERM);
  }

  void settle() {
    for (auto& [name, one] : nodes_)
      if (one->ends_within(0ms)) {
        ++happened_["given up by " + name];
        start(name);
      }
  }

private:
  std::chrono::milliseconds draw(int least, int most) {
    std::uniform_int_distribution<int> some{least, most};
    return std::chrono::milliseconds{some(random_)};
  }

  temporary_folder folder_;
  const std::uint16_t port_ = free_port();
  std::mt19937 random_;
  std::map<std::string, std::unique_ptr<program>> nodes_;
  std::map<std::string, int> happened_;
};

// Takes commands and has no aggregates.
annals::config client_of(const served_bank& nodes) {
  annals::config settings;
  settings.store = nodes.url();
  settings.run_projections = settings.run_process_managers = false;
  settings.cluster.emplace();
  settings.cluster->name = "client";
  settings.cluster->weight = 0;
  settings.cluster->lease_time = std::chrono::milliseconds{served_lease_ms};
  return settings;
}

} // namespace

TEST_CASE(
    "a node that serves its file to others may be killed like any other, and nothing is lost") {
  const auto seed = number_given("ANNALS_CLUSTER_SEED", std::random_device{}());
  const auto seconds = number_given("ANNALS_CLUSTER_SECONDS", 30);
  std::cout << "ANNALS_CLUSTER_SEED=" << seed << std::endl;
  served_bank nodes{seed};
  auto client = std::make_unique<annals::node>(bank::domain{}, client_of(nodes));
  REQUIRE(comes_true([&] { return client->nodes().size() == 4; }));
  transfer_load load{*client, seed};
  load.open_accounts();
  load.start();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
  while (std::chrono::steady_clock::now() < end)
    nodes.let_something_happen();
  nodes.settle();
  load.stop();
  auto reader = client->open_reader().value();
  const auto patience = std::chrono::steady_clock::now() + 1min;
  while (!cluster_judge::all_ended(*reader, load.all())
         && std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(100ms);
  reader.reset();
  client.reset();
  for (const auto* name : {"north", "south", "hub"})
    nodes.stop(name);
  auto store = annals::open_store(nodes.file(), {.mode = annals::open_mode::read_only}).value();
  auto direct = store->open_reader().value();
  cluster_judge judge{*direct};
  judge.check_answers(load.all());
  judge.check_transfers(load.all());
  judge.check_money();
  judge.check_models();
  for (const auto& [what, often] : nodes.happened())
    std::cout << what << " " << often << ", ";
  std::cout << load.all().size() << " commands, " << judge.events() << " events" << std::endl;
  for (const auto& [code, often] : load.asked_again())
    std::cout << "asked again after " << annals::to_string(code) << ": " << often << std::endl;
  for (const auto& one : judge.findings())
    UNSCOPED_INFO(one);
  CHECK(judge.found() == 0);
}

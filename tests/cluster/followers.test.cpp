// Nodes of real processes that have consumers of one durable subscription are killed.

#include "tests/actors/ledger.hpp"
#include "tests/cluster/node_programs.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/printing.hpp"

#include <annals/annals.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <thread>

using namespace annals::tests;
using namespace annals::tests::cluster;
using annals::log_position;

namespace {

// A follower, and what it was given.
class follower {
public:
  follower(const std::string& store, const std::string& name, const std::string& partitions)
      : program_{{FOLLOWER_PROGRAM, store, name, "work", partitions}}, listens_{
                                                                           [this] { listen(); }} {}
  ~follower() {
    kill();
    listens_.join();
  }
  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;

  void kill() { program_.signal(SIGKILL); }
  std::vector<log_position> seen() {
    std::lock_guard guard{mutex_};
    return seen_;
  }

private:
  void listen() {
    for (std::string line; program_.next_line(line);) {
      std::lock_guard guard{mutex_};
      seen_.push_back(std::stoull(line));
    }
  }

  program program_;
  std::mutex mutex_;
  std::vector<log_position> seen_;
  std::thread listens_;
};

void write_on(annals::node& client, int number) {
  std::vector<std::future<annals::reply>> answers;
  for (int i = 0; i < number; ++i)
    answers.push_back(client.ask<ledger::account>(std::to_string(i % 20), ledger::deposit{1}));
  for (auto& one : answers)
    REQUIRE(one.get());
}

// Of each partition what is stored.
std::map<std::string, log_position> places(annals::node& client) {
  std::map<std::string, log_position> found;
  for (const auto& row : client.open_reader().value()->list_models().value())
    if (row.projection.starts_with("annals.subscription"))
      found[row.projection] = row.checkpoint;
  return found;
}

} // namespace

TEST_CASE("after a node was killed another goes on from the stored place, and nothing is lost") {
  const std::string partitions = GENERATE("1", "6");
  INFO("with " << partitions << " partitions");
  postgres_server server;
  const auto store = server.store_url("followed");
  auto settings = client_settings(store);
  settings.cluster->weight = 1;
  annals::node client{ledger::domain{}, settings};
  std::map<std::string, std::unique_ptr<follower>> nodes;
  for (const auto* name : {"north", "south"})
    nodes[name] = std::make_unique<follower>(store, name, partitions);
  REQUIRE(knows(client, {"north", "south"}));
  log_position end = 0;
  std::multiset<log_position> all;
  auto everything_came = [&] {
    all.clear();
    for (auto& [name, node] : nodes) {
      auto seen = node->seen();
      all.insert(seen.begin(), seen.end());
    }
    return std::set<log_position>{all.begin(), all.end()}.size() == end;
  };
  // One is killed, in the middle of its work, and started again, in turns.
  for (int round = 0; round < 4; ++round) {
    write_on(client, 200);
    std::string killed = round % 2 == 0 ? "north" : "south";
    std::string goes_on = round % 2 == 0 ? "south" : "north";
    auto before = places(client);
    nodes[killed]->kill();
    write_on(client, 200);
    end = client.open_reader().value()->last_position().value();
    REQUIRE(comes_true(everything_came));
    if (partitions == "1") // what was stored before the kill does not come again
      for (auto position : nodes[goes_on]->seen())
        CHECK((position > before.begin()->second || all.count(position) == 1));
    nodes[killed + std::to_string(round)] = std::move(nodes[killed]);
    nodes[killed] = std::make_unique<follower>(store, killed, partitions);
    REQUIRE(knows(client, {"north", "south"}));
  }
  CHECK(all.size() >= end);
}

// A client in this process beside nodes in processes of their own, which are killed under it.

#include "tests/comes_true.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include "examples/bank/domain.hpp"

#include <annals/actors/client/client.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <future>
#include <map>
#include <mutex>

using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* nobodys_hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                     "RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE";

class bank_beside {
public:
  bank_beside() {
    for (const auto* name : {"north", "south"}) {
      start(name);
      REQUIRE(comes_true([&] { return !address_of(name).empty(); }));
    }
  }

  void start(const std::string& name) {
    nodes_[name] = std::make_unique<program>(std::vector<std::string>{
        BANK_PROGRAM, "node", "--store", store_, "--name", name, "--lease-time", "1000"});
  }
  void kill(const std::string& name) {
    nodes_.at(name)->signal(SIGKILL);
    nodes_.at(name)->wait();
  }
  void signal(int which) {
    for (auto& [name, node] : nodes_)
      node->signal(which);
  }
  // The node that runs the read model of all accounts; empty while none does.
  std::string keeper_of_accounts() const {
    auto said = run({BANK_PROGRAM, "nodes", "--store", store_}).out;
    auto duty = said.find("  runs projection/bank.accounts");
    if (duty == said.npos)
      return {};
    return said.rfind("\nsouth  ", duty) != said.npos || said.starts_with("south  ") ? "south"
                                                                                     : "north";
  }
  // "north  127.0.0.1:4711  0 streams, …"
  std::string address_of(const std::string& name) const {
    auto said = run({BANK_PROGRAM, "nodes", "--store", store_}).out;
    auto line = said.find(name + "  ");
    if (line == said.npos)
      return {};
    auto begin = line + name.size() + 2;
    return said.substr(begin, said.find(' ', begin) - begin);
  }
  const std::string& store() const { return store_; }

private:
  temporary_folder folder_;
  std::string store_ = folder_.file("bank.db");
  std::map<std::string, std::unique_ptr<program>> nodes_;
};

annals::command credit_of(const std::string& account, std::int64_t cents) {
  annals::command_options options;
  options.command_id = annals::make_id();
  return annals::command_for<bank::account>(account, bank::credit{cents}, options);
}

std::int64_t sum_of(const bank::accounts& all) {
  std::int64_t sum = 0;
  for (const auto& [id, line] : all.by_id)
    sum += line.balance;
  return sum;
}

} // namespace

TEST_CASE(
    "the node that a client talks to is killed: it gets one answer, carried out once, and what "
    "it watches goes on") {
  bank_beside nodes;
  REQUIRE(comes_true([&] { return !nodes.keeper_of_accounts().empty(); }));
  const auto victim = nodes.keeper_of_accounts();
  annals::client_settings settings;
  settings.nodes = {nodes.address_of(victim)};
  settings.lease_time = 1s;
  annals::client client{bank::domain{}, settings};
  REQUIRE(comes_true([&] { return client.nodes().size() == 2; }));
  for (int i = 0; i < 8; ++i)
    client
        .ask<bank::account>("acc-" + std::to_string(i),
                            bank::open_account{"Ada", "ada@example.org", nobodys_hash})
        .get()
        .value();
  std::mutex mutex;
  std::vector<annals::log_position> followed;
  auto following = client
                       .subscribe({},
                                  [&](const annals::recorded_event& event) {
                                    std::lock_guard guard{mutex};
                                    followed.push_back(event.position);
                                  })
                       .value();
  std::atomic<std::int64_t> seen{0};
  auto watching =
      client.watch<bank::accounts>(sum_of, [&](std::int64_t sum) { seen = sum; }).value();
  std::map<annals::uuid, std::future<annals::reply>> asked;
  for (int i = 0; i < 400; ++i) {
    auto envelope = credit_of("acc-" + std::to_string(i % 8), 1);
    auto id = envelope.command_id;
    asked[id] = client.ask(std::move(envelope));
    if (i == 150)
      nodes.kill(victim);
    if (i > 100 && i < 200)
      std::this_thread::sleep_for(1ms);
  }
  std::map<annals::uuid, annals::receipt> receipts;
  for (auto& [id, answer] : asked) {
    auto said = answer.get();
    REQUIRE(said.has_value());
    receipts[id] = *said;
  }
  auto store = annals::open_store(nodes.store(), {.mode = annals::open_mode::read_only}).value();
  auto log = store->open_reader().value()->read_log(0, 100'000).value();
  std::map<annals::uuid, int> carried_out;
  for (const auto& event : log)
    if (receipts.contains(event.causation_id))
      ++carried_out[event.causation_id];
  CHECK(carried_out.size() == 400);
  for (const auto& [id, times] : carried_out)
    CHECK(times == 1);
  auto is_whole = [&] {
    std::lock_guard guard{mutex};
    for (std::size_t i = 0; i < followed.size(); ++i)
      if (followed[i] != i + 1)
        return false;
    return followed.size() >= log.size();
  };
  CHECK(comes_true(is_whole));
  CHECK(comes_true([&] { return seen == 400; }));
}

TEST_CASE("a client ends beside nodes that are hung") {
  bank_beside nodes;
  annals::client_settings settings;
  settings.nodes = {nodes.address_of("north"), nodes.address_of("south")};
  settings.lease_time = 1s;
  auto client = std::make_unique<annals::client>(bank::domain{}, settings);
  REQUIRE(comes_true([&] { return client->nodes().size() == 2; }));
  auto following = client->subscribe({}, [](const annals::recorded_event&) {}).value();
  nodes.signal(SIGSTOP);
  auto ended = std::async(std::launch::async, [&] { client.reset(); });
  CHECK(ended.wait_for(20s) == std::future_status::ready);
  nodes.signal(SIGCONT);
  ended.get();
}

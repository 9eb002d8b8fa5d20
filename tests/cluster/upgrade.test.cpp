// Nodes of real processes are restarted one by one into another build of their program.

#include "tests/actors/cluster/shops.hpp"
#include "tests/cluster/node_programs.hpp"
#include "tests/persistence/postgres_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <future>
#include <map>
#include <mutex>
#include <thread>

using namespace annals::tests;
using namespace annals::tests::cluster;
using namespace std::chrono_literals;

namespace {

constexpr int tills = 40;

// Sells at all tills, at a steady rate and whether or not earlier answers have come.
class steady_customers {
public:
  explicit steady_customers(annals::node& at)
      : at_{at}, buying_{[this](const std::stop_token& end) { buy(end); }} {}

  void stop() {
    buying_.request_stop();
    buying_.join();
    REQUIRE(comes_true([&] {
      std::lock_guard guard{mutex_};
      return under_way_ == 0;
    }));
  }
  std::size_t answered() {
    std::lock_guard guard{mutex_};
    return answered_;
  }
  // After `stop`.
  const std::map<std::string, std::int64_t>& sold() const { return sold_; }
  const std::vector<annals::failure>& refused() const { return refused_; }
  std::chrono::milliseconds longest() const { return longest_; }

private:
  using clock = std::chrono::steady_clock;

  void buy(const std::stop_token& end) {
    for (int i = 0; !end.stop_requested(); ++i) {
      auto id = std::to_string(i % tills);
      {
        std::lock_guard guard{mutex_};
        ++under_way_;
      }
      auto asked = clock::now();
      at_.ask(annals::command_for<shop_before::till>(id, shop_commands::sell{1}),
              [this, id, asked](const annals::reply& answer) { take(id, asked, answer); });
      std::this_thread::sleep_for(5ms);
    }
  }

  void take(const std::string& id, clock::time_point asked, const annals::reply& answer) {
    auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - asked);
    std::lock_guard guard{mutex_};
    --under_way_;
    ++answered_;
    longest_ = std::max(longest_, took);
    if (answer)
      ++sold_[id];
    else
      refused_.push_back(answer.error());
  }

  annals::node& at_;
  std::mutex mutex_;
  int under_way_ = 0;
  std::size_t answered_ = 0;
  std::map<std::string, std::int64_t> sold_;
  std::vector<annals::failure> refused_;
  std::chrono::milliseconds longest_{0};
  std::jthread buying_; // last: it uses the others
};

} // namespace

TEST_CASE("nodes are restarted one by one into a build with a later event, under load: nothing is "
          "refused, and nothing waits for longer than a hand-over") {
  postgres_server server;
  const auto store = server.store_url("shop");
  const std::vector<std::string> names{"north", "south", "west"};
  std::map<std::string, std::unique_ptr<program>> nodes;
  auto start = [&](const char* build, const std::string& name) {
    nodes[name] = std::make_unique<program>(as_node(build, store, name));
  };
  start(SHOP_BEFORE_PROGRAM, "north");
  REQUIRE(comes_true([&] {
    return run({SHOP_BEFORE_PROGRAM, "nodes", "--store", store}).code == 0;
  }));
  start(SHOP_BEFORE_PROGRAM, "south");
  start(SHOP_BEFORE_PROGRAM, "west");
  annals::node client{shop_before::domain{}, client_settings(store)};
  REQUIRE(knows(client, names));
  steady_customers load{client};
  for (const auto& name : names) {
    auto before = load.answered();
    REQUIRE(comes_true([&] { return load.answered() > before + 200; }));
    nodes[name]->signal(SIGTERM);
    auto ended = nodes[name]->wait();
    INFO(name << ": " << ended.out << ended.err);
    CHECK(ended.code == 128 + SIGTERM);
    start(SHOP_AFTER_PROGRAM, name);
    REQUIRE(comes_true([&] {
      return run({SHOP_AFTER_PROGRAM, "nodes", "--store", store}).out.find(name)
             != std::string::npos;
    }));
    REQUIRE(knows(client, names));
  }
  auto before = load.answered();
  REQUIRE(comes_true([&] { return load.answered() > before + 200; }));
  load.stop();
  for (const auto& why : load.refused())
    FAIL_CHECK(to_string(why));
  // A lease is a second, and no hand-over waits for one to run out; busy machines are slow.
  CHECK(load.longest() < 5s);
  for (auto& [name, node] : nodes) {
    node->signal(SIGTERM);
    CHECK(node->wait().code == 128 + SIGTERM);
  }
  client.stop();
  annals::config alone;
  alone.store = store;
  annals::node after{shop_after::domain{}, alone};
  std::size_t later_events = 0;
  for (const auto& event : after.open_reader().value()->read_log(0, 1'000'000).value())
    later_events += event.schema_version == 2 ? 1 : 0;
  CHECK(later_events > 0);
  for (const auto& [id, sold] : load.sold())
    CHECK(after.load<shop_after::till>(id).value().takings == sold);
}

// What a node does with its leases and duties when something goes wrong: with itself, with its
// store, or with what it has taken over.

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/wallets.hpp"

#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/testing/forwarding_store.hpp>

#include <catch2/catch.hpp>

#include <filesystem>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using ledger::account;
using ledger::deposit;
using wallets::wallet;

namespace {

// A store that opens no more readers, or is slow with saving models, when the test says so.
struct troubles {
  std::atomic<int> readers_left{1'000'000};
  std::atomic<std::chrono::milliseconds> saving{0ms};
};

class troubled_store final : public annals::testing::forwarding_store {
public:
  troubled_store(std::unique_ptr<annals::event_store> inner, std::shared_ptr<troubles> with)
      : forwarding_store{std::move(inner)}, with_{std::move(with)} {}

  annals::result<std::unique_ptr<annals::event_reader>> open_reader() override {
    if (with_->readers_left-- <= 0)
      return annals::failure{errc::store_unavailable, "no reader is to be had"};
    return forwarding_store::open_reader();
  }
  annals::result<void> save_model(const annals::stored_model& model) override {
    std::this_thread::sleep_for(with_->saving.load());
    return forwarding_store::save_model(model);
  }

private:
  std::shared_ptr<troubles> with_;
};

crew::settings_changer on(const std::string& url, const std::shared_ptr<troubles>& with) {
  return [=](annals::config& settings) {
    settings.open_store = [=]() -> annals::result<std::unique_ptr<annals::event_store>> {
      auto inner = annals::open_store(url);
      if (!inner)
        return inner.error();
      return std::make_unique<troubled_store>(std::move(*inner), with);
    };
  };
}

std::vector<std::string> live_leases(const std::string& url) {
  auto store = annals::open_store(url).value();
  std::vector<std::string> names;
  for (const auto& one : store->open_leases().value()->list("").value())
    if (one.is_live())
      names.push_back(one.name);
  return names;
}

std::string runner_of(crew& nodes, const std::string& duty) {
  auto store = annals::open_store(nodes.store_url()).value();
  auto held = store->open_leases().value()->list(duty).value();
  for (auto& [name, node] : nodes.all())
    for (const auto& one : node->nodes())
      if (!held.empty() && held[0].is_live() && one.incarnation == held[0].owner)
        return one.name;
  return {};
}

std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/task"},
                       std::filesystem::directory_iterator{});
}

auto took(const std::function<void()>& what) {
  auto begin = std::chrono::steady_clock::now();
  what();
  return std::chrono::steady_clock::now() - begin;
}

// Of a node that would have all these projections beside the other one.
std::string name_for(const std::vector<std::string>& projections, const std::string& other) {
  for (int i = 0;; ++i) {
    auto name = "other-" + std::to_string(i);
    annals::placement both{{{other, "a", "-"}, {name, "b", "-"}}};
    if (std::ranges::all_of(projections, [&](const std::string& one) {
          return both.owner_of(annals::projection_duty(one))->name == name;
        }))
      return name;
  }
}

const auto transfers = annals::process_duty("wallets.transfer");

} // namespace

TEST_CASE("a node that cannot start says why, and leaves no lease and no thread behind") {
  crew nodes{annals::domain<wallet, wallets::transfer>{}};
  std::thread{[] {}}.join(); // with the first one ThreadSanitizer starts a thread of its own
  const auto before = threads();
  for (int readers = 0; readers < 4; ++readers) {
    INFO("with " << readers << " readers");
    auto with = std::make_shared<troubles>();
    with->readers_left = readers;
    auto started = nodes.start("north", on(nodes.store_url(), with));
    if (started) {
      nodes.stop("north");
      continue;
    }
    CHECK(started.error() == annals::failure{errc::store_unavailable, "no reader is to be had"});
    CHECK(live_leases(nodes.store_url()).empty());
    CHECK(comes_true([&] { return threads() == before; }));
  }
  auto refused = nodes.start("north", [](annals::config& settings) {
    settings.cluster->listen = "192.0.2.1:7000";
    settings.cluster->listen_without_encryption_beyond_loopback = true;
  });
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::invalid_argument);
  CHECK(live_leases(nodes.store_url()).empty());
  CHECK(comes_true([&] { return threads() == before; }));
  // After its projections have been started.
  crew with_models{ledger::domain{}};
  refused = with_models.start(
      "north", [](annals::config& settings) { settings.targets.emplace_back().name = "index"; });
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::invalid_argument);
  CHECK(comes_true([&] { return threads() == before; }));
}

TEST_CASE("what a node cannot begin is given back, and another node has it") {
  crew nodes{annals::domain<wallet, wallets::transfer>{}};
  // The one whose place the process manager is cannot run it.
  annals::placement both{{{"north", "n", "-"}, {"south", "s", "-"}}};
  const auto* place = both.owner_of(transfers);
  const std::string first = place->name;
  const std::string other = first == "north" ? "south" : "north";
  auto with = std::make_shared<troubles>();
  nodes.start(other).value();
  nodes
      .start(first,
             [&](annals::config& settings) {
               on(nodes.store_url(), with)(settings);
               settings.run_projections = false;
               with->readers_left = 2; // those that aggregates load with
             })
      .value();
  REQUIRE(nodes.all_know(2));
  CHECK(comes_true([&] { return runner_of(nodes, transfers) == other; }));
  REQUIRE(nodes[other].ask<wallet>("a", wallets::put{100}).get());
  REQUIRE(nodes[other].ask<wallet>("a", wallets::ask_transfer{"b", 10}).get());
  CHECK(comes_true([&] { return nodes[other].load<wallet>("b").value().cents == 10; }));
  // It is tried again, and goes where it belongs when it can.
  with->readers_left = 1'000'000;
  CHECK(comes_true([&] { return runner_of(nodes, transfers) == first; }));
}

TEST_CASE("however slow a hand-over is, the node keeps its own lease meanwhile") {
  crew nodes{ledger::domain{}};
  auto with = std::make_shared<troubles>();
  auto slow = on(nodes.store_url(), with);
  auto& north = *nodes.start("north", slow).value();
  for (int i = 0; i < 10; ++i)
    REQUIRE(north.ask<account>(std::to_string(i), deposit{1}).get());
  with->saving = 3000ms; // five times a lease
  auto& south = *nodes.start(name_for({"ledger.balances", "ledger.counts"}, "north")).value();
  REQUIRE(nodes.all_know(2));
  // While projections move there.
  const auto end = std::chrono::steady_clock::now() + 3s;
  while (std::chrono::steady_clock::now() < end) {
    CHECK(south.nodes().size() == 2);
    std::this_thread::sleep_for(10ms);
  }
  with->saving = 0ms;
}

TEST_CASE("a node that leaves waits for the others to know, and not for a time") {
  crew nodes{ledger::domain{}};
  nodes.start("north").value();
  nodes
      .start("south",
             [](annals::config& settings) {
               settings.cluster->lease_time = 40s;
               settings.cluster->give_up = 60s;
             })
      .value();
  REQUIRE(nodes.all_know(2));
  CHECK(took([&] { nodes.stop("south"); }) < 8s);
  CHECK(comes_true([&] { return nodes["north"].nodes().size() == 1; }));
}

TEST_CASE("names of nodes that are long gone are forgotten") {
  crew nodes{ledger::domain{}};
  auto short_leases = [](annals::config& settings) { settings.cluster->lease_time = 100ms; };
  auto rows = [&] {
    auto store = annals::open_store(nodes.store_url()).value();
    auto leases = store->open_leases().value();
    for (int i = 0; i < 50; ++i)
      leases->acquire({annals::node_lease("old-" + std::to_string(i)), "one", "", 1ms}).value();
    return leases->list("node/").value().size();
  };
  CHECK(rows() == 50);
  nodes.start("north", short_leases).value();
  CHECK(comes_true([&] {
    auto store = annals::open_store(nodes.store_url()).value();
    return store->open_leases().value()->list("node/").value().size() == 1;
  }));
}

#ifdef ANNALS_TESTS_HAVE_POSTGRES

TEST_CASE("a node whose store has gone away ends all the same, and soon") {
  postgres_server server;
  crew nodes{annals::domain<account, ledger::balances, wallet, wallets::transfer>{}};
  auto there = [&](annals::config& settings) { settings.store = server.store_url("gone"); };
  for (const auto* name : {"north", "south"})
    nodes.start(name, there).value();
  REQUIRE(nodes.all_know(2));
  for (int i = 0; i < 10; ++i)
    REQUIRE(nodes["north"].ask<wallet>(std::to_string(i), wallets::put{100}).get());
  std::vector<std::future<annals::reply>> asked;
  for (int i = 0; i < 10; ++i)
    asked.push_back(nodes["north"].ask<wallet>(std::to_string(i), wallets::ask_transfer{"1", 1}));
  server.stop();
  for (int i = 0; i < 10; ++i)
    asked.push_back(nodes["north"].ask<wallet>(std::to_string(i), wallets::ask_transfer{"1", 1}));
  CHECK(took([&] { nodes.stop("north"); }) < 10s);
  CHECK(took([&] { nodes.stop("south"); }) < 10s);
  for (auto& one : asked)
    CHECK(one.wait_for(0s) == std::future_status::ready);
}

#endif

#include <annals/actors/client/client.hpp>
#include <annals/actors/cluster/peer_network.hpp>

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/wallets.hpp"
#include "tests/actors/with_id.hpp"

#include <catch2/catch.hpp>

#include <mutex>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using ledger::account;
using ledger::balances;
using ledger::deposit;
using ledger::withdraw;

namespace {

annals::client_settings beside(crew& nodes, const std::vector<std::string>& names) {
  annals::client_settings settings;
  for (const auto& name : names)
    for (const auto& one : nodes[name].nodes())
      if (one.name == name)
        settings.nodes.push_back(one.address);
  settings.lease_time = 600ms;
  settings.connect_timeout = 500ms;
  settings.give_up = 20s;
  return settings;
}

annals::failure failure_of(const annals::registry& domain,
                           const annals::client_settings& settings) {
  auto started = annals::client::start(domain, settings);
  REQUIRE(started.has_error());
  return started.error();
}

// What a subscription was given, which other threads may look at.
class diary {
public:
  void write(const annals::recorded_event& event) {
    std::lock_guard guard{mutex_};
    positions_.push_back(event.position);
  }
  std::vector<annals::log_position> positions() const {
    std::lock_guard guard{mutex_};
    return positions_;
  }
  // Whether it has each position from 1 to the last one, once and in order.
  bool is_whole(std::size_t count) const {
    auto all = positions();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] != i + 1)
        return false;
    return all.size() == count;
  }

private:
  mutable std::mutex mutex_;
  std::vector<annals::log_position> positions_;
};

} // namespace

TEST_CASE("a client of one node hands each command to the node that has its aggregate") {
  crew three{ledger::domain{}, {"north", "south", "west"}};
  annals::client client{ledger::domain{}, beside(three, {"north"})};
  CHECK(client.nodes().size() == 3);
  for (int i = 0; i < 30; ++i)
    REQUIRE(client.ask<account>(std::to_string(i), deposit{5}).get());
  std::size_t live = 0;
  for (auto& [name, node] : three.all()) {
    INFO(name);
    CHECK(node->internals().aggregates().live > 0);
    live += node->internals().aggregates().live;
  }
  CHECK(live == 30); // each on one node
}

TEST_CASE("a client gets the answers that a caller at a node gets") {
  crew two{ledger::domain{}, {"north", "south"}};
  annals::client client{ledger::domain{}, beside(two, {"south"})};
  for (int i = 0; i < 6; ++i) {
    auto id = std::to_string(i);
    REQUIRE(client.ask<account>(id, deposit{5}).get());
    auto refused = client.ask<account>(id, withdraw{6}).get();
    REQUIRE(refused.has_error());
    CHECK(refused.error() == annals::failure{errc::rejected, "insufficient funds"});
    auto first = client.ask<account>(id, withdraw{1}, with_id(id)).get().value();
    auto again = client.ask<account>(id, withdraw{1}, with_id(id)).get().value();
    CHECK(again.repeated);
    CHECK(again.position == first.position);
  }
  CHECK(client.ask<account>("", deposit{1}).get().error().code == errc::invalid_id);
}

TEST_CASE(
    "while nodes come and go, also the one that was given, a client is answered and follows") {
  crew nodes{ledger::domain{}, {"north", "south"}};
  annals::client client{ledger::domain{}, beside(nodes, {"north"})};
  REQUIRE(client.nodes().size() == 2);
  diary seen;
  auto following =
      client.subscribe({}, [&](const annals::recorded_event& event) { seen.write(event); }).value();
  std::size_t asked = 0;
  auto ask_all = [&] {
    for (int i = 0; i < 10; ++i, ++asked)
      REQUIRE(client.ask<account>(std::to_string(i), deposit{1}).get());
  };
  ask_all();
  nodes.stop("north");
  ask_all();
  nodes.start("west").value();
  REQUIRE(nodes.all_know(2));
  REQUIRE(comes_true([&] { return client.nodes().size() == 2; }));
  ask_all();
  nodes.stop("south");
  ask_all();
  CHECK(comes_true([&] { return seen.positions().size() >= asked; }));
  CHECK(seen.is_whole(asked));
}

TEST_CASE("a client follows from any position, and no durable subscription") {
  crew one{ledger::domain{}, {"north"}};
  annals::client client{ledger::domain{}, beside(one, {"north"})};
  for (int i = 0; i < 5; ++i)
    REQUIRE(client.ask<account>("a", deposit{1}).get());
  diary seen;
  annals::subscription_settings settings;
  settings.from = annals::subscription_start::after(3);
  auto following =
      client.subscribe(settings, [&](const annals::recorded_event& event) { seen.write(event); })
          .value();
  CHECK(comes_true([&] { return seen.positions() == std::vector<annals::log_position>{4, 5}; }));
  settings.name = "mine";
  CHECK(client.subscribe(settings, [](const annals::recorded_event&) {}).error().code
        == errc::invalid_argument);
}

TEST_CASE("a client reads and watches a read model, from whichever node runs it") {
  crew two{ledger::domain{}, {"north", "south"}};
  annals::client client{ledger::domain{}, beside(two, {"north", "south"})};
  REQUIRE(client.ask<account>("a", deposit{5}).get());
  auto of_a = [](const balances& all) {
    auto found = all.by_account.find("a");
    return found == all.by_account.end() ? std::int64_t{0} : found->second;
  };
  CHECK(comes_true([&] { return client.read<balances>(of_a).value() == 5; }));
  std::atomic<std::int64_t> latest = 0;
  auto watching = client.watch<balances>(of_a, [&](std::int64_t now) { latest = now; }).value();
  CHECK(comes_true([&] { return latest == 5; }));
  for (const auto* gone : {"north", ""}) {
    REQUIRE(client.ask<account>("a", deposit{5}).get());
    auto wanted = *gone != '\0' ? 10 : 15;
    CHECK(comes_true([&] { return latest == wanted; }));
    if (*gone != '\0')
      two.stop(gone);
  }
}

TEST_CASE("what a client cannot reach, or does not belong to, is an error that says so") {
  crew one{ledger::domain{}, {"north"}};
  auto good = beside(one, {"north"});
  auto with_nodes = [&](std::vector<std::string> nodes) {
    auto settings = good;
    settings.nodes = std::move(nodes);
    settings.connect_timeout = 200ms;
    return settings;
  };
  CHECK(failure_of(ledger::domain{}, with_nodes({})).code == errc::invalid_argument);
  CHECK(failure_of(ledger::domain{}, with_nodes({"here"})).code == errc::invalid_argument);
  auto hasty = good;
  hasty.first_reconnect = 0ms;
  CHECK_THAT(failure_of(ledger::domain{}, hasty).message, Catch::Contains("first_reconnect"));
  auto nobody = failure_of(ledger::domain{}, with_nodes({"127.0.0.1:1", "127.0.0.1:2"}));
  CHECK(nobody.code == errc::store_unavailable);
  CHECK_THAT(nobody.message, Catch::Contains("127.0.0.1:1, 127.0.0.1:2"));
  // One of two is enough.
  auto second = with_nodes({"127.0.0.1:1", good.nodes.at(0)});
  auto started = annals::client::start(ledger::domain{}, second);
  REQUIRE(started);
  CHECK((*started)->ask<account>("a", deposit{1}).get());
  (*started)->stop();
  // And one that is stopped at once, while it connects to the others, ends.
  CHECK(annals::client::start(ledger::domain{}, second));
  auto other = failure_of(annals::domain<wallets::wallet>{}, good);
  CHECK(other.code == errc::invalid_argument);
  CHECK_THAT(other.message, Catch::Contains("'north'") && Catch::Contains("wallets.wallet"));
}

TEST_CASE(
    "when a client stops, whoever waits is told, and it does not wait for nodes that are gone") {
  crew one{ledger::domain{}, {"north"}};
  annals::client client{ledger::domain{}, beside(one, {"north"})};
  REQUIRE(client.ask<account>("a", deposit{1}).get());
  one.stop("north");
  auto waiting = client.ask<account>("a", deposit{1});
  auto begin = std::chrono::steady_clock::now();
  client.stop();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(waiting.get().error().code == errc::stopping);
  CHECK(client.ask<account>("a", deposit{1}).get().error().code == errc::stopping);
}

TEST_CASE("the pauses between attempts to reach a node double, from the first to the longest") {
  annals::connection_limits limits;
  limits.first_reconnect = 50ms;
  limits.longest_reconnect = 1000ms;
  std::vector<std::chrono::milliseconds> pauses;
  for (std::uint32_t failures = 0; failures < 7; ++failures)
    pauses.push_back(annals::reconnect_pause(limits, failures));
  CHECK(
      pauses
      == std::vector<std::chrono::milliseconds>{50ms, 100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms});
  CHECK(annals::reconnect_pause(limits, 4'000'000'000) == 1000ms);
}

#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/wallets.hpp"
#include "tests/actors/with_id.hpp"

#include <algorithm>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using ledger::account;
using ledger::balances;
using ledger::deposit;
using ledger::withdraw;

namespace {

std::vector<std::string> ids(int count) {
  std::vector<std::string> made;
  for (int i = 0; i < count; ++i)
    made.push_back("acc-" + std::to_string(i));
  return made;
}

std::int64_t balance_in(annals::node& at, const std::string& id) {
  return at.load<account>(id).value().balance;
}

annals::failure failure_of(const annals::result<annals::node*>& started) {
  REQUIRE(started.has_error());
  return started.error();
}

} // namespace

TEST_CASE("any node takes any command, and each instance lives on one node") {
  crew three{ledger::domain{}, {"north", "south", "west"}};
  const auto accounts = ids(60);
  std::vector<std::future<annals::reply>> asked;
  for (const auto& id : accounts)
    for (auto& [name, node] : three.all())
      asked.push_back(node->ask<account>(id, deposit{10}));
  for (auto& one : asked)
    REQUIRE(one.get());
  std::map<std::string, std::uint64_t> share;
  for (const auto& id : accounts) {
    CHECK(balance_in(three["north"], id) == 30);
    ++share[three["west"].owner_of<account>(id)];
  }
  CHECK(share.size() == 3);
  for (auto& [name, node] : three.all()) {
    INFO(name);
    CHECK(node->internals().aggregates().live == share[name]);
  }
}

TEST_CASE("a node has as large a share of the aggregates as its weight says") {
  crew three{ledger::domain{}};
  for (auto [name, weight] : {std::pair{"north", 1.0}, {"south", 3.0}, {"west", 0.0}})
    three.start(name, [weight](annals::config& settings) { settings.cluster->weight = weight; })
        .value();
  REQUIRE(three.all_know(3));
  std::map<std::string, int> share;
  for (const auto& id : ids(4000))
    ++share[three["west"].owner_of<account>(id)];
  CHECK(share["north"] == Approx(1000).epsilon(0.1));
  CHECK(share["south"] == Approx(3000).epsilon(0.1));
  CHECK(share["west"] == 0);
}

TEST_CASE("what is asked of an instance while its node is not reached yet keeps its order") {
  crew nodes{ledger::domain{}};
  nodes.start("south").value();
  auto& north =
      *nodes.start("north", [](annals::config& settings) { settings.cluster->weight = 0; }).value();
  std::vector<std::future<annals::reply>> asked;
  auto ask = [&] {
    asked.push_back(north.ask<account>("a", deposit{static_cast<std::int64_t>(asked.size()) + 1}));
  };
  ask();
  // So that some come before the connection, some as it is made, and some after it.
  while (asked.size() < 5000 && asked.front().wait_for(0s) != std::future_status::ready)
    ask();
  asked.front().wait();
  for (int i = 0; i < 100; ++i)
    ask();
  for (auto& one : asked)
    REQUIRE(one.get());
  auto stored = north.open_reader().value()->read_stream("ledger.account-a", {}).value();
  REQUIRE(stored.size() == asked.size());
  for (std::size_t i = 0; i < stored.size(); ++i)
    CHECK(annals::from_json<ledger::deposited>(stored[i].payload).value().cents
          == static_cast<std::int64_t>(i + 1));
}

TEST_CASE("a command has the same answer from whichever node it is asked") {
  crew two{ledger::domain{}, {"north", "south"}};
  for (const auto& id : ids(8)) {
    REQUIRE(two["north"].ask<account>(id, deposit{5}).get());
    for (auto* node : {&two["north"], &two["south"]}) {
      auto refused = node->ask<account>(id, withdraw{6}).get();
      REQUIRE(refused.has_error());
      CHECK(refused.error() == annals::failure{errc::rejected, "insufficient funds"});
    }
    auto first = two["north"].ask<account>(id, withdraw{1}, with_id(id)).get().value();
    auto again = two["south"].ask<account>(id, withdraw{1}, with_id(id)).get().value();
    CHECK_FALSE(first.repeated);
    CHECK(again.repeated);
    CHECK(again.position == first.position);
    CHECK(two["south"].ask<account>("", deposit{1}).get().error().code == errc::invalid_id);
  }
}

TEST_CASE("while nodes come and go, no command is refused and none is carried out twice") {
  crew nodes{ledger::domain{}, {"north", "south"}};
  auto& north = nodes["north"];
  const auto accounts = ids(20);
  std::atomic<bool> done{false};
  std::map<std::string, std::int64_t> accepted;
  std::vector<annals::failure> refused;
  auto load = std::async(std::launch::async, [&] {
    for (int i = 0; !done; ++i) {
      const auto& id = accounts[static_cast<std::size_t>(i) % accounts.size()];
      auto answer = north.ask<account>(id, deposit{1}).get();
      if (answer)
        ++accepted[id];
      else
        refused.push_back(answer.error());
    }
  });
  {
    // Also where something fails before: the load is waited for.
    std::shared_ptr<void> at_the_end{nullptr, [&](void*) { done = true; }};
    auto west = nodes.start("west").value();
    REQUIRE(nodes.all_know(3));
    CHECK(comes_true([&] { return west->internals().aggregates().live > 0; }));
    nodes["south"].stop();
    CHECK(comes_true([&] { return north.nodes().size() == 2; }));
  }
  load.get();
  CHECK(refused.empty());
  for (const auto& id : accounts)
    CHECK(balance_in(north, id) == accepted[id]);
}

TEST_CASE("a projection runs on one node at a time, and moves when that one leaves") {
  crew two{ledger::domain{}, {"north", "south"}};
  auto runs = [&](const std::string& name) {
    try {
      return two[name].read<balances>([](const balances&) { return true; });
    } catch (const annals::error& e) {
      CHECK(e.why().code == errc::unknown_projection);
      return false;
    }
  };
  REQUIRE(comes_true([&] { return runs("north") != runs("south"); }));
  std::string first = runs("north") ? "north" : "south";
  std::string other = first == "north" ? "south" : "north";
  auto receipt = two[other].ask<account>("a", deposit{7}).get().value();
  REQUIRE(two[first].wait_for<balances>(receipt.position));
  two.stop(first);
  REQUIRE(comes_true([&] { return runs(other); }));
  REQUIRE(two[other].wait_for<balances>(receipt.position));
  CHECK(two[other].read<balances>([](const balances& all) { return all.by_account.at("a"); }) == 7);
}

TEST_CASE("read models are kept on every node where that is asked for, and stored by one") {
  crew two{ledger::domain{}, {"north", "south"}, [](annals::config& settings) {
             settings.cluster->read_models_on_every_node = true;
             settings.save_interval = 1ms;
           }};
  auto receipt = two["north"].ask<account>("a", deposit{7}).get().value();
  for (auto& [name, node] : two.all()) {
    REQUIRE(node->wait_for<balances>(receipt.position));
    CHECK(node->read<balances>([](const balances& all) { return all.by_account.at("a"); }) == 7);
  }
  auto reader = two["north"].open_reader().value();
  CHECK(comes_true([&] {
    auto stored = reader->load_model("ledger.balances").value();
    return stored && stored->checkpoint == receipt.position;
  }));
}

TEST_CASE("a process manager runs on one node at a time, and goes on elsewhere") {
  using wallets::wallet;
  crew two{annals::domain<wallet, wallets::transfer>{}, {"north", "south"}};
  auto total = [&](annals::node& at) {
    std::int64_t cents = 0;
    for (int i = 0; i < 10; ++i)
      cents += at.load<wallet>(std::to_string(i)).value().cents;
    return cents;
  };
  auto transfer_all = [&](annals::node& at) {
    for (int i = 0; i < 10; ++i)
      REQUIRE(
          at.ask<wallet>(std::to_string(i), wallets::ask_transfer{std::to_string((i + 1) % 10), 10})
              .get());
  };
  auto done = [&](annals::node& at, std::size_t transfers) {
    auto log = at.open_reader().value()->read_log(0, 10'000).value();
    return std::ranges::count(log, "wallets.was_taken", &annals::recorded_event::type)
           == static_cast<std::ptrdiff_t>(transfers);
  };
  for (int i = 0; i < 10; ++i)
    REQUIRE(two["north"].ask<wallet>(std::to_string(i), wallets::put{100}).get());
  transfer_all(two["south"]);
  CHECK(comes_true([&] { return done(two["south"], 10) && total(two["south"]) == 1000; }));
  two.stop("north");
  transfer_all(two["south"]);
  CHECK(comes_true([&] { return done(two["south"], 20) && total(two["south"]) == 1000; }));
}

TEST_CASE("a node is asked to leave by a lease that anybody can take") {
  crew one{ledger::domain{}, {"north"}};
  CHECK_FALSE(one["north"].asked_to_leave());
  auto store = annals::open_store(one.store_url()).value();
  store->open_leases().value()->acquire({annals::drain_wish("north"), "me", "", 10s}).value();
  CHECK(comes_true([&] { return one["north"].asked_to_leave(); }));
}

TEST_CASE("of two nodes with one name the second is refused, and told where the first is") {
  crew nodes{ledger::domain{}, {"north"}};
  auto address = nodes["north"].nodes().at(0).address;
  auto why = failure_of(nodes.start("north"));
  CHECK(why.code == errc::lease_held);
  CHECK_THAT(why.message, Catch::Contains("'north'") && Catch::Contains(address));
  nodes.stop("north");
  CHECK(nodes.start("north"));
}

TEST_CASE("a store that is not shared is refused") {
  crew nodes{ledger::domain{}};
  auto why = failure_of(
      nodes.start("north", [](annals::config& settings) { settings.store = "memory:"; }));
  CHECK(why.code == errc::invalid_argument);
  CHECK_THAT(why.message, Catch::Contains("postgresql://"));
}

TEST_CASE("a node of another domain is refused, and told what it lacks") {
  crew nodes{ledger::domain{}, {"north"}};
  annals::config settings;
  settings.store = nodes.store_url();
  settings.cluster.emplace();
  settings.cluster->name = "south";
  auto started = annals::node::start(annals::domain<wallets::wallet>{}, settings);
  REQUIRE(started.has_error());
  CHECK(started.error().code == errc::invalid_argument);
  CHECK_THAT(started.error().message,
             Catch::Contains("'north'") && Catch::Contains("'ledger.account'"));
}

TEST_CASE("settings that make no sense are refused, each by its name") {
  crew nodes{ledger::domain{}};
  auto refuse = [&](std::string_view word,
                    const std::function<void(annals::cluster_settings&)>& set) {
    INFO(word);
    auto why =
        failure_of(nodes.start("north", [&](annals::config& settings) { set(*settings.cluster); }));
    CHECK(why.code == errc::invalid_argument);
    CHECK_THAT(why.message, Catch::Contains(std::string{word}));
  };
  refuse("name", [](auto& s) { s.name = "a b"; });
  refuse("listen", [](auto& s) { s.listen = "7000"; });
  refuse("listen_without_encryption", [](auto& s) { s.listen = "0.0.0.0:0"; });
  refuse("advertise", [](auto& s) {
    s.listen = "0.0.0.0:7000";
    s.listen_without_encryption_beyond_loopback = true;
  });
  refuse("listen", [](auto& s) { s.listen = "127.0.0.1:99999"; });
  refuse("cannot listen at 192.0.2.1:7000", [](auto& s) {
    s.listen = "192.0.2.1:7000";
    s.listen_without_encryption_beyond_loopback = true;
  });
  refuse("advertise", [](auto& s) { s.advertise = "here:0"; });
  refuse("weight", [](auto& s) { s.weight = -1; });
  refuse("lease_time", [](auto& s) { s.lease_time = 1ms; });
  refuse("give_up", [](auto& s) { s.give_up = 1ms; });
  refuse("first_reconnect", [](auto& s) { s.first_reconnect = 0ms; });
  refuse("longest_reconnect", [](auto& s) { s.longest_reconnect = 1ms; });
  refuse("most_connections", [](auto& s) { s.most_connections = 0; });
}

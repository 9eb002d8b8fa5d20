// Durable subscriptions of which several nodes have consumers.

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/notebook.hpp"

#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using annals::recorded_event;
using annals::subscription_settings;

namespace {

// Two nodes over a store of each kind that nodes can share. Their leases last longer than a busy
// machine keeps a thread waiting: an event comes once as long as none is lost.
void on_each_store(const std::function<void(crew&)>& what) {
  places at;
  for (std::size_t i = 1; i < at.urls.size(); ++i) {
    INFO(at.urls[i]);
    crew nodes{ledger::domain{}, {"north", "south"}, [&](annals::config& settings) {
                 settings.store = at.urls[i];
                 settings.cluster->lease_time = 5s;
               }};
    what(nodes);
  }
}

std::vector<std::string> hands_out(const annals::subscription& one) { return one.status().nodes; }

subscription_settings in_parts(const std::string& name, std::uint32_t partitions) {
  auto wants = named(name);
  wants.partitions = partitions;
  return wants;
}

std::vector<annals::log_position> sorted(std::vector<annals::log_position> all) {
  std::ranges::sort(all);
  return all;
}

// Of one who takes away leases that others have.
class thief {
public:
  explicit thief(const std::string& url)
      : store_{annals::open_store(url).value()}, leases_{store_->open_leases().value()} {}

  void take(const std::string& name) {
    auto held = leases_->list(name).value();
    REQUIRE(held.size() == 1);
    leases_->release(name, held[0].token).value();
    taken_ = leases_->acquire({name, "thief", "thief", 60s}).value();
  }
  void give_back() { leases_->release(taken_.name, taken_.token).value(); }

private:
  std::unique_ptr<annals::event_store> store_;
  std::unique_ptr<annals::lease_store> leases_;
  annals::lease taken_;
};

annals::log_position stored_place(annals::node& node, const std::string& name) {
  auto row = node.open_reader().value()->load_model("annals.subscription." + name).value();
  return row ? row->checkpoint : 0;
}

} // namespace

TEST_CASE("a durable name is handed out by one node at a time, and each event comes once") {
  on_each_store([](crew& nodes) {
    notebook seen;
    auto one = nodes["north"].subscribe(named("mail"), seen.writer()).value();
    auto other = nodes["south"].subscribe(named("mail"), seen.writer()).value();
    for (int i = 0; i < 30; ++i)
      deposit_to(i % 2 == 0 ? nodes["north"] : nodes["south"], std::to_string(i));
    REQUIRE(comes_true([&] { return seen.size() >= 30; }));
    CHECK(comes_true([&] {
      return hands_out(one).size() == 1 && hands_out(one) == hands_out(other)
             && one.status().partitions_here + other.status().partitions_here == 1;
    }));
    CHECK(sorted(seen.positions()) == all_up_to(30));
  });
}

TEST_CASE(
    "when the node that hands a name out stops, another goes on behind what was acknowledged") {
  on_each_store([](crew& nodes) {
    notebook seen;
    auto first = nodes["north"].subscribe(named("mail"), seen.writer()).value();
    auto second = nodes["south"].subscribe(named("mail"), seen.writer()).value();
    deposit_to(nodes["north"], "a", 10);
    REQUIRE(comes_true([&] { return seen.size() == 10 && hands_out(second).size() == 1; }));
    const auto stops = hands_out(second).front();
    const std::string goes_on = stops == "north" ? "south" : "north";
    auto& stays = stops == "north" ? second : first;
    std::atomic<bool> done{false};
    std::thread writes{[&] {
      while (!done)
        nodes[goes_on].ask<account>("b", deposit{1}).wait();
    }};
    REQUIRE(comes_true([&] { return seen.size() > 20; }));
    nodes[stops].stop();
    done = true;
    writes.join();
    deposit_to(nodes[goes_on], "c", 5);
    const auto end = nodes[goes_on].open_reader().value()->last_position().value();
    REQUIRE(comes_true([&] { return stays.status().acknowledged == end; }));
    CHECK(seen.positions() == all_up_to(end));
    CHECK(hands_out(stays) == std::vector{goes_on});
    first.cancel();
    second.cancel();
  });
}

TEST_CASE("when a node's last consumer of a name leaves, another node goes on with it") {
  on_each_store([](crew& nodes) {
    notebook seen;
    auto first = nodes["north"].subscribe(named("mail"), seen.writer()).value();
    deposit_to(nodes["north"], "a", 10);
    REQUIRE(comes_true([&] { return seen.size() == 10; }));
    CHECK(hands_out(first) == std::vector<std::string>{"north"});
    auto second = nodes["south"].subscribe(named("mail"), seen.writer()).value();
    first.cancel();
    deposit_to(nodes["north"], "b", 10);
    REQUIRE(comes_true([&] { return second.status().acknowledged == 20; }));
    CHECK(hands_out(second) == std::vector<std::string>{"south"});
    auto back = nodes["north"].subscribe(named("mail"), seen.writer()).value();
    second.cancel();
    deposit_to(nodes["south"], "b", 10);
    REQUIRE(comes_true([&] { return back.status().acknowledged == 30; }));
    CHECK(seen.positions() == all_up_to(30));
  });
}

TEST_CASE("the partitions of a name go to the consumers of several nodes, streams in order") {
  on_each_store([](crew& nodes) {
    const auto wants = in_parts("work", 8);
    std::map<std::string, notebook> seen;
    notebook all;
    std::vector<annals::subscription> consumers;
    for (auto& [name, node] : nodes.all())
      consumers.push_back(node->subscribe(wants,
                                          [&all, &own = seen[name]](const auto& event) {
                                            own.write(event);
                                            all.write(event);
                                          })
                              .value());
    CHECK(consumers[0].status().partitions == 8);
    REQUIRE(comes_true([&] {
      return hands_out(consumers[0]).size() == 2
             && consumers[0].status().partitions_here + consumers[1].status().partitions_here == 8;
    }));
    std::vector<std::future<annals::reply>> answers;
    for (int i = 0; i < 400; ++i)
      answers.push_back(
          nodes[i % 3 == 0 ? "north" : "south"].ask<account>(std::to_string(i % 40), deposit{1}));
    for (auto& one : answers)
      REQUIRE(one.get());
    REQUIRE(comes_true([&] { return all.size() == 400; }));
    // They come and go with the nodes.
    nodes["south"].stop();
    for (int i = 0; i < 40; ++i)
      deposit_to(nodes["north"], std::to_string(i));
    REQUIRE(comes_true([&] { return consumers[0].status().partitions_here == 8; }));
    REQUIRE(comes_true([&] { return consumers[0].status().acknowledged == 440; }));
    CHECK(sorted(all.positions()) == all_up_to(440));
    CHECK(seen["north"].size() > 40);
    CHECK(seen["south"].size() > 0);
    std::map<std::string, annals::stream_version> versions;
    for (const auto& event : all.events())
      CHECK(event.version == ++versions[event.stream]);
    consumers.clear();
  });
}

TEST_CASE("another number of partitions is refused until the subscription is forgotten") {
  on_each_store([](crew& nodes) {
    notebook seen;
    deposit_to(nodes["north"], "a", 5);
    auto following = nodes["north"].subscribe(in_parts("work", 4), seen.writer()).value();
    REQUIRE(comes_true([&] { return seen.size() == 5; }));
    for (std::uint32_t other : {1, 3}) {
      auto refused = nodes["south"].subscribe(in_parts("work", other), seen.writer()).error();
      CHECK(refused.code == errc::invalid_argument);
      CHECK_THAT(refused.message,
                 Catch::Contains("'work'")
                     && Catch::Contains("partitions = 4, and not " + std::to_string(other))
                     && Catch::Contains("forget_subscription"));
    }
    auto held = nodes["south"].forget_subscription("work").error();
    CHECK(held.code == errc::invalid_argument);
    CHECK_THAT(held.message, Catch::Contains("handed out by the node north"));
    following.cancel();
    REQUIRE(nodes["south"].forget_subscription("work"));
    auto anew = nodes["south"].subscribe(in_parts("work", 3), seen.writer()).value();
    REQUIRE(comes_true([&] { return seen.size() == 10; }));
    anew.cancel();
    // Places of a life before do not count, whatever their number.
    REQUIRE(nodes["south"].forget_subscription("work"));
    auto again = nodes["north"].subscribe(in_parts("work", 4), seen.writer()).value();
    CHECK(comes_true([&] { return seen.size() == 15; }));
    CHECK(sorted(seen.positions()).front() == 1);
  });
}

TEST_CASE("a node alone hands out all partitions, and their places count among several nodes") {
  places at;
  const auto& url = at.urls.back();
  notebook seen;
  {
    annals::node alone{ledger::domain{}, settings(url)};
    for (int i = 0; i < 20; ++i)
      deposit_to(alone, std::to_string(i));
    auto following = alone.subscribe(in_parts("work", 4), seen.writer()).value();
    REQUIRE(comes_true([&] { return following.status().acknowledged == 20; }));
    CHECK(following.status().partitions_here == 4);
    CHECK(following.status().nodes.empty());
    CHECK(alone.subscribe(in_parts("", 2), seen.writer()).error().code == errc::invalid_argument);
    CHECK(alone.subscribe(in_parts("none", 0), seen.writer()).error().code
          == errc::invalid_argument);
    auto single = in_parts("single", 2);
    single.one_active = true;
    CHECK(alone.subscribe(single, seen.writer()).error().code == errc::invalid_argument);
    CHECK(alone.subscribe(in_parts("work", 5), seen.writer()).error().code
          == errc::invalid_argument);
  }
  crew nodes{ledger::domain{}, {"north"}, [&](annals::config& settings) { settings.store = url; }};
  auto following = nodes["north"].subscribe(in_parts("work", 4), seen.writer()).value();
  deposit_to(nodes["north"], "last");
  REQUIRE(comes_true([&] { return seen.size() >= 21; }));
  REQUIRE(comes_true([&] { return following.status().acknowledged == 21; }));
  CHECK(sorted(seen.positions()) == all_up_to(21));
}

TEST_CASE("a node that has lost a name's lease stores no place and hands out nothing more") {
  places at;
  for (std::size_t i = 1; i < at.urls.size(); ++i) {
    INFO(at.urls[i]);
    crew nodes{ledger::domain{}, {"north"}, [&](annals::config& settings) {
                 settings.store = at.urls[i];
                 settings.save_interval = 0ms;
                 // It does not look for a while.
                 settings.cluster->lease_time = 9s;
                 settings.cluster->give_up = 30s;
               }};
    auto& north = nodes["north"];
    notebook seen;
    auto following = north.subscribe(named("mail"), seen.writer()).value();
    deposit_to(north, "a", 5);
    REQUIRE(comes_true([&] { return stored_place(north, "mail") == 5; }));
    thief other{at.urls[i]};
    other.take(annals::subscription_duty("mail"));
    deposit_to(north, "a");
    REQUIRE(comes_true([&] { return seen.size() >= 6 || hands_out(following).empty(); }));
    REQUIRE(comes_true([&] { return hands_out(following) != std::vector<std::string>{"north"}; }));
    CHECK(stored_place(north, "mail") == 5);
    const auto before = seen.size();
    deposit_to(north, "b", 3);
    following.cancel();
    CHECK(stored_place(north, "mail") == 5);
    CHECK(seen.size() == before);
    other.give_back();
    // What was acknowledged and not stored comes again, and nothing is passed over.
    auto again = north.subscribe(named("mail"), seen.writer()).value();
    REQUIRE(comes_true([&] { return again.status().acknowledged == 9; }));
    auto positions = seen.positions();
    positions.erase(positions.begin(), positions.begin() + static_cast<std::ptrdiff_t>(before));
    CHECK(positions == std::vector<annals::log_position>{6, 7, 8, 9});
  }
}

TEST_CASE("a callback that takes longer than a hand-over may, costs the node no lease") {
  on_each_store([](crew& nodes) {
    std::atomic<bool> goes_on{false};
    std::atomic<int> calls{0};
    auto slow = [&](const recorded_event&) {
      ++calls;
      REQUIRE(comes_true([&] { return goes_on.load(); }));
    };
    deposit_to(nodes["north"], "a", 3);
    auto first = nodes["north"].subscribe(named("mail"), slow).value();
    REQUIRE(comes_true([&] { return calls == 1; }));
    notebook seen;
    auto second = nodes["south"].subscribe(named("mail"), seen.writer()).value();
    std::thread stops{[&] { nodes["north"].stop(); }};
    // The other one does not wait for it.
    CHECK(comes_true([&] { return seen.size() == 3; }));
    CHECK(calls == 1);
    goes_on = true;
    stops.join();
    CHECK(calls == 1);
    CHECK(seen.positions() == all_up_to(3));
  });
}

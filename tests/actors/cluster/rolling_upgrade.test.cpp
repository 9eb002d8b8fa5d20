#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/cluster/shops.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;

namespace {

constexpr int tills = 20;

// Sells at all tills without a pause, through one node.
class customers {
public:
  explicit customers(annals::node& at)
      : at_{at}, buying_{std::async(std::launch::async, [this] { buy(); })} {}

  // How often each till has sold something; what was refused is named.
  std::vector<std::int64_t> stop() {
    stopped_ = true;
    buying_.get();
    for (const auto& why : refused_)
      FAIL_CHECK(to_string(why));
    return sold_;
  }
  int bought() const { return bought_; }

private:
  void buy() {
    for (int i = 0; !stopped_; i = (i + 1) % tills) {
      auto answer = at_.ask<shop_before::till>(std::to_string(i), shop_commands::sell{1}).get();
      if (answer)
        ++sold_[static_cast<std::size_t>(i)];
      else
        refused_.push_back(answer.error());
      ++bought_;
    }
  }

  annals::node& at_;
  std::atomic<bool> stopped_{false};
  std::atomic<int> bought_{0};
  std::vector<std::int64_t> sold_ = std::vector<std::int64_t>(tills);
  std::vector<annals::failure> refused_;
  std::future<void> buying_;
};

} // namespace

TEST_CASE("a caller at an old node has an answer for a stream that has just moved to a new one") {
  crew nodes{shop_before::domain{}};
  // It looks at who is there every five seconds.
  auto& old = *nodes
                   .start("old",
                          [](annals::config& settings) {
                            settings.cluster->lease_time = 30s;
                            settings.cluster->give_up = 40s;
                          })
                   .value();
  for (int i = 0; i < tills; ++i)
    REQUIRE(old.ask<shop_before::till>(std::to_string(i), shop_commands::sell{1}).get());
  auto& late = *nodes.start(shop_after::domain{}, "new").value();
  std::string moved;
  for (int i = 0; i < tills && moved.empty(); ++i)
    if (late.owner_of<shop_after::till>(std::to_string(i)) == "new")
      moved = std::to_string(i);
  REQUIRE(late.ask<shop_after::till>(moved, shop_commands::sell{1}).get());
  auto answer = old.ask<shop_before::till>(moved, shop_commands::sell{1}).get();
  REQUIRE(answer);
  CHECK(answer->version == 3);
}

TEST_CASE("a stream that no node can read gets its caller the error, after a while") {
  crew nodes{shop_before::domain{}};
  nodes.start(shop_after::domain{}, "new").value();
  REQUIRE(nodes["new"].ask<shop_after::till>("1", shop_commands::sell{1}).get());
  nodes.stop("new");
  auto& old = *nodes.start("old").value();
  auto answer = old.ask<shop_before::till>("1", shop_commands::sell{1}).get();
  REQUIRE(answer.has_error());
  CHECK((answer.error().code == annals::errc::undecodable
         || answer.error().code == annals::errc::unknown_event_type));
}

TEST_CASE("nodes are restarted one by one into a build with a new event, under load: nothing is "
          "refused") {
  crew nodes{shop_before::domain{}, {"north", "south", "west"}};
  auto counter = nodes
                     .start("counter",
                            [](annals::config& settings) {
                              settings.cluster->weight = 0;
                              settings.most_attempts = 100;
                            })
                     .value();
  REQUIRE(nodes.all_know(4));
  customers load{*counter};
  for (const auto* name : {"north", "south", "west"}) {
    auto before = load.bought();
    REQUIRE(comes_true([&] { return load.bought() > before + 100; }));
    nodes.stop(name);
    nodes.start(shop_after::domain{}, name).value();
    REQUIRE(nodes.all_know(4));
  }
  auto before = load.bought();
  REQUIRE(comes_true([&] { return load.bought() > before + 100; }));
  auto sold = load.stop();
  std::size_t new_events = 0;
  for (const auto& event : counter->open_reader().value()->read_log(0, 1'000'000).value())
    new_events += event.schema_version == 2 ? 1 : 0;
  CHECK(new_events > 0);
  for (int i = 0; i < tills; ++i)
    CHECK(nodes["north"].load<shop_after::till>(std::to_string(i)).value().takings
          == sold[static_cast<std::size_t>(i)]);
}

TEST_CASE("a node of the build before is refused beside those of the next one, and told why") {
  crew nodes{shop_after::domain{}, {"north"}};
  auto late = nodes.start(shop_before::domain{}, "south");
  REQUIRE(late.has_error());
  CHECK(late.error().code == errc::invalid_argument);
  CHECK_THAT(late.error().message,
             Catch::Contains("'north'")
                 && Catch::Contains("'shop.sold' at schema version 1 instead"));
}

TEST_CASE("an aggregate and a command that only a new build has find a node that knows them") {
  crew nodes{shop_before::domain{}, {"north", "south"}};
  auto& late = *nodes.start(shop_wider::domain{}, "new").value();
  REQUIRE(nodes.all_know(3));
  for (int i = 0; i < tills; ++i) {
    auto id = std::to_string(i);
    REQUIRE(nodes["north"].ask<shop_before::till>(id, shop_commands::sell{5}).get());
    REQUIRE(late.ask<shop_wider::till>(id, shop_wider::refund{2}).get());
    REQUIRE(late.ask<shop_wider::voucher>(id, shop_commands::sell{7}).get());
    CHECK(late.load<shop_wider::till>(id).value().cents == 3);
    CHECK(late.load<shop_wider::voucher>(id).value().cents == 7);
  }
}

TEST_CASE("an aggregate and a command that no node knows get their caller the error") {
  crew nodes{shop_before::domain{}, {"north", "south"}};
  auto& counter = *nodes
                       .start(shop_wider::domain{}, "counter",
                              [](annals::config& settings) { settings.cluster->weight = 0; })
                       .value();
  REQUIRE(nodes.all_know(3));
  for (int i = 0; i < 5; ++i) {
    auto id = std::to_string(i);
    auto refund = counter.ask<shop_wider::till>(id, shop_wider::refund{2}).get();
    REQUIRE(refund.has_error());
    CHECK(refund.error().code == errc::unknown_command);
    auto voucher = counter.ask<shop_wider::voucher>(id, shop_commands::sell{7}).get();
    REQUIRE(voucher.has_error());
    CHECK(voucher.error().code == errc::unknown_aggregate);
  }
}

TEST_CASE("a build that has changed an event without another schema version is refused, and told "
          "which") {
  crew nodes{shop_before::domain{}, {"north"}};
  auto careless = nodes.start(shop_careless::domain{}, "south");
  REQUIRE(careless.has_error());
  CHECK(careless.error().code == errc::invalid_argument);
  CHECK_THAT(careless.error().message,
             Catch::Contains("'north'") && Catch::Contains("'shop.sold' has other members"));
}

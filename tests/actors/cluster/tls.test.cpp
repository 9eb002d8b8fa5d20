#include "tests/actors/cluster/authority.hpp"
#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/cluster/heard_log.hpp"

#include <annals/actors/client/client.hpp>
#include <annals/actors/served/any_store.hpp>

#include <catch2/catch.hpp>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using ledger::account;
using ledger::deposit;

namespace {

auto with(const annals::tls_settings& tls) {
  return [tls](annals::config& settings) {
    settings.cluster->tls = tls;
    settings.cluster->connect_timeout = 3s;
  };
}

} // namespace

TEST_CASE("nodes with certificates of one authority talk over TLS, any command at any of them") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  crew nodes{ledger::domain{}};
  for (const auto* name : {"north", "south", "west"})
    nodes.start(name, with(ours.sign(name))).value();
  REQUIRE(nodes.all_know(3));
  for (int i = 0; i < 20; ++i)
    for (auto& [name, node] : nodes.all())
      REQUIRE(node->ask<account>(std::to_string(i), deposit{1}).get());
  for (int i = 0; i < 20; ++i)
    CHECK(nodes["north"].load<account>(std::to_string(i)).value().balance == 3);
  for (auto& [name, node] : nodes.all())
    CHECK(node->internals().aggregates().live < 20);
}

TEST_CASE(
    "a node with a certificate of another authority is let in by nobody, and nothing is lost") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  authority theirs{folder, "theirs"};
  heard_log log;
  crew nodes{ledger::domain{}};
  nodes.start("north", with(ours.sign("north"))).value();
  nodes.start("south", with(theirs.sign("south"))).value();
  REQUIRE(nodes.all_know(2));
  for (int i = 0; i < 6; ++i)
    for (auto& [name, node] : nodes.all())
      REQUIRE(node->ask<account>(std::to_string(i), deposit{1}).get());
  // Each has carried out its own.
  for (auto& [name, node] : nodes.all())
    CHECK(node->internals().aggregates().live == 6);
  CHECK((log.has("node north: cannot reach node south at ")
         || log.has("node south: cannot reach node north at ")));
  CHECK(log.has("check also the certificates on either side"));
}

TEST_CASE("a store is served over TLS to those with a certificate of the same authority") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  authority theirs{folder, "theirs"};
  crew nodes{ledger::domain{}};
  nodes
      .start("north",
             [&](annals::config& settings) {
               with(ours.sign("north"))(settings);
               settings.cluster->serve_store = true;
             })
      .value();
  const auto url = "annals://" + nodes["north"].nodes().at(0).address;
  auto open = [&](const annals::tls_settings& tls) {
    return annals::open_any_store(url + "?connect_timeout=3000&certificate=" + tls.certificate
                                  + "&key=" + tls.key + "&authority=" + tls.authority);
  };
  REQUIRE(nodes["north"].ask<account>("a", deposit{1}).get());
  auto store = open(ours.sign("south")).value();
  CHECK(store->open_reader().value()->last_position().value() == 1);
  nodes
      .start("south",
             [&](annals::config& settings) {
               with(ours.sign("south"))(settings);
               settings.store = url;
             })
      .value();
  REQUIRE(nodes["south"].ask<account>("a", deposit{1}).get());
  const auto refused = open(theirs.sign("west")).error();
  for (const auto& why : {refused, open({}).error()}) {
    CHECK(why.code == errc::store_unavailable);
    CHECK_THAT(why.message, Catch::Contains(url));
  }
  CHECK_THAT(refused.message, Catch::Contains("certificates"));
  store.reset();
  nodes.stop("south");
}

TEST_CASE("a client with a certificate of the same authority is let in, and no other one") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  authority theirs{folder, "theirs"};
  crew nodes{ledger::domain{}};
  for (const auto* name : {"north", "south"})
    nodes.start(name, with(ours.sign(name))).value();
  REQUIRE(nodes.all_know(2));
  annals::client_settings settings;
  settings.nodes = {nodes["north"].nodes().at(0).address};
  settings.connect_timeout = 3s;
  settings.lease_time = 600ms;
  settings.tls = ours.sign("client");
  annals::client client{ledger::domain{}, settings};
  for (int i = 0; i < 10; ++i)
    REQUIRE(client.ask<account>(std::to_string(i), deposit{1}).get());
  settings.connect_timeout = 1s;
  for (const auto& tls : {theirs.sign("client"), annals::tls_settings{}}) {
    settings.tls = tls;
    auto refused = annals::client::start(ledger::domain{}, settings);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::store_unavailable);
    bool tells_of_them = refused.error().message.find("certificates") != std::string::npos;
    CHECK(tells_of_them == !tls.empty());
  }
}

TEST_CASE("certificates that cannot serve are refused at the start, each by its file") {
  temporary_folder folder;
  authority ours{folder, "ours"};
  authority theirs{folder, "theirs"};
  crew nodes{ledger::domain{}};
  auto good = ours.sign("north");
  auto other = theirs.sign("south");
  auto refuse = [&](const annals::tls_settings& tls, const std::string& words) {
    INFO(words);
    auto started = nodes.start("north", with(tls));
    REQUIRE(started.has_error());
    CHECK(started.error().code == errc::invalid_argument);
    CHECK_THAT(started.error().message, Catch::Contains(words));
  };
  refuse({good.certificate, good.key, {}}, "give all three");
  refuse({folder.file("none"), good.key, good.authority}, "none is no certificate");
  refuse({good.certificate, good.authority, good.authority}, "is no private key");
  refuse({good.certificate, other.key, good.authority}, "is not the key of");
  refuse({other.certificate, other.key, good.authority}, "was not signed by");
  refuse(ours.sign("late", "-days -1"), "has expired");
  CHECK(nodes.start("north", with(good)));
}

#include "tests/actors/places.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::places;
using annals::tests::settings;
using Catch::Contains;
using ledger::account;
using ledger::deposit;
using ledger::misbehave;

namespace {

// As a release would have stored it whose `evolve` took it.
void store_poison(const std::string& url) {
  auto store = annals::open_store(url).value();
  annals::append_request request{"ledger.account-a", 0, {annals::new_event{}}};
  request.events[0].id = annals::make_id();
  request.events[0].type = "ledger.misbehaved";
  request.events[0].payload = R"({"where":"evolve"})";
  REQUIRE(store->append({&request, 1}).front());
}

} // namespace

TEST_CASE("an event on which evolve throws in a replay stops its instance by name, and no other") {
  places at;
  store_poison(at.urls[1]);
  annals::node node{ledger::domain{}, settings(at.urls[1])};
  for (int i = 0; i < 2; ++i) {
    auto refused = node.ask<account>("a", deposit{1}).get();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::domain_threw);
    CHECK_THAT(refused.error().message, Contains("ledger.account-a") && Contains("position 1")
                                            && Contains("evolved to throw"));
    CHECK(node.ask<account>("b", deposit{1}).get().value().version == i + 1U);
  }
  CHECK(node.load<account>("a").error().code == errc::domain_threw);
  CHECK(node.open_reader().value()->version_of("ledger.account-a").value() == 1);
}

TEST_CASE("a command whose event cannot be stored is refused, and its neighbours are carried out") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    auto before = node.ask<account>("a", deposit{1});
    auto refused = node.ask<account>("a", ledger::scribble{});
    auto after = node.ask<account>("a", deposit{2});
    CHECK(before.get().value().version == 1);
    CHECK(refused.get().error().code == errc::unencodable);
    CHECK(after.get().value().version == 2);
    CHECK(node.load<account>("a").value().balance == 3);
  }
}

TEST_CASE("an event on which evolve throws is not stored, and the state is that of the stream") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    REQUIRE(node.ask<account>("a", deposit{5}).get());
    auto thrown = node.ask<account>("a", misbehave{"evolve"});
    auto spent = node.ask<account>("a", ledger::withdraw{5});
    CHECK(thrown.get().error().code == errc::domain_threw);
    CHECK(spent.get().value().version == 2);
    CHECK(node.load<account>("a").value().balance == 0);
  }
}

TEST_CASE("middleware that throws before a command fails it; after a command it changes nothing") {
  auto with = settings("memory:");
  annals::middleware before;
  before.before = [](annals::command& command) -> annals::result<void> {
    if (command.body.name() == "ledger.withdraw")
      throw std::runtime_error{"no guard today"};
    return {};
  };
  annals::middleware after;
  after.after = [](const annals::command&, const annals::reply&) { throw 1; };
  with.around_commands = {before, after};
  annals::node node{ledger::domain{}, with};
  CHECK(node.ask<account>("a", deposit{5}).get().value().version == 1);
  auto refused = node.ask<account>("a", ledger::withdraw{1}).get().error();
  CHECK(refused.code == errc::domain_threw);
  CHECK_THAT(refused.message, Contains("no guard today"));
  CHECK(node.ask<account>("a", deposit{5}).get().value().version == 2);
}

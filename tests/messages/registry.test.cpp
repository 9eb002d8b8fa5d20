#include "tests/printing.hpp"

#include "tests/actors/ledger.hpp"

#include <annals/messages/domain_list.hpp>

#include <catch2/catch.hpp>

namespace {

// Renamed in C++, but not in what is stored.
struct paid_in {
  static constexpr annals::event_name name{"ledger.deposited"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(paid_in, (), (cents))

struct twin {
  static constexpr annals::aggregate_name name{"ledger.twin"};
  using commands = annals::commands<>;
  using events = annals::events<paid_in>;
};
BOOST_DESCRIBE_STRUCT(twin, (), ())

twin evolve(twin self, const paid_in&) { return self; }

} // namespace

TEST_CASE("a domain knows its types by their durable names") {
  annals::registry known = ledger::domain{};
  REQUIRE(known.check());
  REQUIRE(known.find_aggregate("ledger.account") != nullptr);
  auto account = known.find_aggregate("ledger.account");
  CHECK(account->find_command("deposit") != nullptr);
  CHECK(account->find_command("ledger.withdraw") != nullptr);
  CHECK(account->find_command("withdraw") == nullptr);
  CHECK(known.find_event("ledger.withdrawn") != nullptr);
  CHECK(known.find_event("withdrawn") == nullptr);
  auto counts = known.find_projection("ledger.counts");
  REQUIRE(counts != nullptr);
  CHECK(counts->events.size() == 2);
}

TEST_CASE("a name that the domain does not have is answered with those that it has") {
  annals::registry known = ledger::domain{};
  CHECK(annals::unknown_aggregate(known, "x").message
        == "the domain has no aggregate 'x'; it has ledger.account");
  CHECK(annals::unknown_projection(known, "x").message
        == "the domain has no projection 'x'; it has ledger.balances, ledger.counts");
}

TEST_CASE("two types of one durable name are refused") {
  annals::registry confused = annals::domain<ledger::account, twin>{};
  auto checked = confused.check();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message.find("'ledger.deposited'") != std::string::npos);
}

TEST_CASE("a decision is a value: a rejection, or events in order, or none") {
  using annals::decision;
  using ledger::deposited;
  using ledger::withdrawn;
  decision<deposited, withdrawn> refused = annals::reject("no");
  CHECK(refused.rejected());
  CHECK(refused.reason() == "no");
  decision<deposited, withdrawn> nothing = annals::no_events;
  CHECK_FALSE(nothing.rejected());
  CHECK(nothing.events().empty());
  decision<deposited, withdrawn> two{withdrawn{1}, deposited{2}};
  two.add(deposited{3});
  REQUIRE(two.events().size() == 3);
  CHECK(std::get<withdrawn>(two.events()[0]).cents == 1);
  CHECK(std::get<deposited>(two.events()[2]).cents == 3);
}

TEST_CASE("an instance is rebuilt from what was stored under the old C++ name") {
  annals::registry renamed = annals::domain<twin>{};
  auto instance = renamed.find_aggregate("ledger.twin")->make();
  annals::recorded_event event;
  event.type = "ledger.deposited";
  event.payload = R"({"cents":1})";
  CHECK(instance->evolve(event));
  event.schema_version = 2;
  CHECK(instance->evolve(event).error().code == annals::errc::undecodable);
  event.type = "ledger.withdrawn";
  CHECK(instance->evolve(event).error().code == annals::errc::unknown_event_type);
}

#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"
#include "tests/tools/bank_versions.hpp"

#include <annals/annals.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::node;
using Catch::Contains;

namespace {

struct refuses_old_deposits {
  static constexpr annals::event_name from{"bank.money_deposited", 1};
  static annals::upcasted upcast(const boost::json::object&) {
    throw std::runtime_error{"cannot be known"};
  }
};

// A store with what the first release wrote: two deposits of 3 and 4 euros, and an end between.
class old_store {
public:
  old_store() {
    auto store = annals::open_store(settings().store).value();
    annals::append_request request;
    request.stream = "bank.account-a";
    request.events = {event("bank.money_deposited", R"({"euros":3})"), event("bank.closed", "{}"),
                      event("bank.money_deposited", R"({"euros":4})")};
    auto outcomes = store->append({&request, 1});
    REQUIRE(outcomes.at(0));
  }

  annals::config settings() const {
    annals::config made;
    made.store = "sqlite:" + folder_.file("bank.db");
    return made;
  }

private:
  static annals::new_event event(const char* type, const char* payload) {
    annals::new_event made;
    made.id = annals::make_id();
    made.type = type;
    made.time = annals::now();
    made.causation_id = annals::make_id();
    made.correlation_id = made.causation_id;
    made.payload = payload;
    return made;
  }

  annals::tests::temporary_folder folder_;
};

} // namespace

TEST_CASE("a live aggregate and a read model take in what an older release has stored") {
  old_store old;
  node bank{bank::domain{}, old.settings()};
  auto receipt = bank.ask<bank::account>("a", bank::deposit{5}).get().value();
  CHECK(receipt.version == 4);
  CHECK(bank.load<bank::account>("a").value().cents == 705);
  REQUIRE(bank.wait_for<bank::balances>(receipt.position));
  auto of = bank.read<bank::balances>([](const bank::balances& model) { return model.of; });
  CHECK(of == decltype(of){{"a through the branch", 700}, {"a through the app", 5}});
}

TEST_CASE("an upcaster that throws stops whoever needs the event, and nothing else") {
  old_store old;
  node bank{annals::domain<bank::account, bank::balances, refuses_old_deposits>{}, old.settings()};
  auto refused = bank.ask<bank::account>("a", bank::deposit{5}).get();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::domain_threw);
  CHECK_THAT(refused.error().message,
             Contains("bank.account-a") && Contains("position 1") && Contains("cannot be known"));
  CHECK(bank.ask<bank::account>("b", bank::deposit{5}).get());
  auto waited = bank.wait_for<bank::balances>(1);
  REQUIRE_FALSE(waited);
  CHECK(waited.error().code == errc::projection_stopped);
  CHECK_THAT(waited.error().message, Contains("refuses_old_deposits"));
}

TEST_CASE("a domain whose upcasters take the same does not start") {
  struct twin : bank::deposit_in_cents {};
  auto started =
      node::start(annals::domain<bank::account, bank::deposit_in_cents, twin>{}, annals::config{});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == errc::invalid_argument);
}

#include "tests/actors/ledger.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <future>

using annals::errc;
using annals::node;
using annals::tests::temporary_folder;
using ledger::account;
using ledger::balances;
using ledger::counts;
using ledger::deposit;

namespace {

annals::config on(const temporary_folder& folder) {
  annals::config settings;
  settings.store = "sqlite:" + (folder.path() / "ledger.db").string();
  return settings;
}

std::int64_t deposits(node& on) {
  return on.read<counts>([](const counts& model) { return model.deposits; });
}

} // namespace

TEST_CASE("a read model has every event once, before and after a restart") {
  temporary_folder folder;
  annals::log_position last = 0;
  for (int round = 1; round <= 3; ++round) {
    node bank{ledger::domain{}, on(folder)};
    for (int i = 0; i < 100; ++i)
      last = bank.ask<account>("a", deposit{1}).get().value().position;
    REQUIRE(bank.wait_for<counts>(last));
    CHECK(deposits(bank) == 100 * round);
    for (const auto& status : bank.projections())
      CHECK(status.end == last);
  }
}

TEST_CASE("shutdown stores model and checkpoint together, at the end of the log") {
  temporary_folder folder;
  annals::log_position last = 0;
  {
    node bank{ledger::domain{}, on(folder)};
    last = bank.ask<account>("a", deposit{5}).get().value().position;
    REQUIRE(bank.wait_for<balances>(last));
  }
  auto store = annals::open_store(on(folder).store).value();
  auto stored = store->open_reader().value()->load_model("ledger.balances").value();
  REQUIRE(stored);
  CHECK(stored->checkpoint == last);
  CHECK(stored->model == R"({"by_account":{"a":5}})");
}

TEST_CASE("a stored model goes on from its checkpoint, it is not built again") {
  temporary_folder folder;
  {
    node bank{ledger::domain{}, on(folder)};
    REQUIRE(bank.ask<account>("a", deposit{5}).get());
  }
  {
    auto store = annals::open_store(on(folder).store).value();
    REQUIRE(store->save_model({"ledger.counts", 1, 1, R"({"deposits":41,"misdeeds":0})"}));
  }
  node bank{ledger::domain{}, on(folder)};
  auto receipt = bank.ask<account>("a", deposit{5}).get().value();
  REQUIRE(bank.wait_for<counts>(receipt.position));
  CHECK(deposits(bank) == 42);
}

TEST_CASE("a stored model that cannot be used is built again from the log") {
  temporary_folder folder;
  {
    node bank{ledger::domain{}, on(folder)};
    REQUIRE(bank.ask<account>("a", deposit{5}).get());
  }
  annals::stored_model of_no_use[] = {
      {"ledger.counts", 1, 1, "{"},
      {"ledger.counts", 1, 2, R"({"deposits":41,"misdeeds":0})"},
      {"ledger.counts", 99, 1, R"({"deposits":41,"misdeeds":0})"},
      {"ledger.counts", 1, 1, R"({"deposit":41})"},
  };
  for (const auto& stored : of_no_use) {
    {
      auto store = annals::open_store(on(folder).store).value();
      REQUIRE(store->save_model(stored));
    }
    node bank{ledger::domain{}, on(folder)};
    REQUIRE(bank.wait_for<counts>(1));
    CHECK(deposits(bank) == 1);
  }
}

TEST_CASE("a projection that throws stops before that event, says so, and harms no other") {
  temporary_folder folder;
  node bank{ledger::domain{}, on(folder)};
  REQUIRE(bank.ask<account>("a", deposit{1}).get());
  auto poison = bank.ask<account>("a", ledger::misbehave{"project"}).get().value();
  auto after = bank.ask<account>("a", deposit{1}).get().value();
  auto stopped = bank.wait_for<counts>(after.position);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == errc::projection_stopped);
  CHECK(stopped.error().message.find("position " + std::to_string(poison.position))
        != std::string::npos);
  auto model = bank.read<counts>([](const counts& held) { return held; });
  CHECK(model.deposits == 1);
  CHECK(model.misdeeds == 0);
  REQUIRE(bank.wait_for<balances>(after.position));
  CHECK(bank.ask<account>("a", deposit{1}).get());
  auto statuses = bank.projections();
  CHECK_FALSE(statuses[0].stopped);
  CHECK(statuses[1].stopped);
}

TEST_CASE("an event of a type that the domain does not know stops what needs it") {
  temporary_folder folder;
  annals::log_position position = 0;
  {
    auto store = annals::open_store(on(folder).store).value();
    annals::new_event stranger;
    stranger.id = annals::make_id();
    stranger.type = "ledger.renamed";
    stranger.payload = "{}";
    annals::append_request request{"ledger.account-a", 0, {stranger}};
    position = store->append({&request, 1}).front().value().position;
  }
  node bank{ledger::domain{}, on(folder)};
  auto refused = bank.ask<account>("a", deposit{1}).get();
  CHECK(refused.error().code == errc::unknown_event_type);
  for (auto part : {"ledger.renamed", "'ledger.account-a'", "position 1"})
    CHECK(refused.error().message.find(part) != std::string::npos);
  CHECK(bank.load<account>("a").error().code == errc::unknown_event_type);
  auto stopped = bank.wait_for<balances>(position);
  CHECK(stopped.error().message.find("ledger.renamed") != std::string::npos);
  // What does not need the event goes on.
  CHECK(bank.ask<account>("b", deposit{1}).get());
}

TEST_CASE("a projector sees what another node on the same store writes") {
  temporary_folder folder;
  node reads{ledger::domain{}, on(folder)};
  node writes{ledger::domain{}, on(folder)};
  auto receipt = writes.ask<account>("a", deposit{3}).get().value();
  REQUIRE(reads.wait_for<balances>(receipt.position));
  CHECK(reads.read<balances>([](const balances& model) { return model.by_account.at("a"); }) == 3);
}

TEST_CASE("waiting for a projection ends when the node stops") {
  node bank{ledger::domain{}, {}};
  auto waiting = std::async(
      std::launch::async, [&] { return bank.wait_for<balances>(1000, std::chrono::seconds{60}); });
  bank.stop();
  CHECK(waiting.get().error().code == errc::stopping);
  CHECK(bank.wait_for<balances>(1000, std::chrono::seconds{60}).error().code == errc::stopping);
}

TEST_CASE("a projection is never ahead of the log, also when the store cannot be asked any more") {
  node bank{ledger::domain{}, {}};
  auto receipt = bank.ask<account>("a", deposit{1}).get().value();
  REQUIRE(bank.wait_for<balances>(receipt.position));
  bank.stop();
  for (const auto& status : bank.projections())
    CHECK(status.position <= status.end);
}

TEST_CASE("waiting for a position that does not come ends in time and says where the model is") {
  node bank{ledger::domain{}, {}};
  auto waited = bank.wait_for<balances>(1000, std::chrono::milliseconds{1});
  CHECK(waited.error().code == errc::timed_out);
  CHECK(bank.wait_for("ledger.unknown", 1, std::chrono::milliseconds{1}).error().code
        == errc::unknown_projection);
}

#include "tests/actors/ledger.hpp"
#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::tests::child_process;
using annals::tests::comes_true;
using annals::tests::postgres_server;
using annals::tests::run_sql;
using ledger::account;
using ledger::balances;
using ledger::deposit;

// Nodes on one PostgreSQL, also in processes of their own: what one appends wakes the projections
// of the others.

namespace {

constexpr std::int64_t rounds = 20;

// A node whose projections do not look at the log by themselves.
annals::config sleeping_on(const std::string& url) {
  annals::config settings;
  settings.store = url;
  settings.poll_interval = std::chrono::hours{1};
  return settings;
}

bool sees(annals::node& node, const std::string& id, std::int64_t cents) {
  return comes_true([&] {
    return node.read<balances>([&](const balances& model) {
      auto found = model.by_account.find(id);
      return found != model.by_account.end() && found->second == cents;
    });
  });
}

// Answers each deposit to `ask` with one to `answer`, a number of times.
void answer_deposits(const std::string& url, const child_process::report& report) {
  annals::node node{ledger::domain{}, sleeping_on(url)};
  for (std::int64_t round = 1; round <= rounds; ++round) {
    if (!sees(node, "ask", round))
      throw std::runtime_error{"the deposit of round " + std::to_string(round) + " was not seen"};
    report(node.ask<account>("answer", deposit{1}).get().value().position);
  }
}

} // namespace

TEST_CASE("what one process appends wakes the projections of another, both ways") {
  postgres_server server;
  auto url = server.store_url("shared");
  (void)annals::open_store(url).value();
  child_process other{[&](const auto& report) { answer_deposits(url, report); }};
  annals::node node{ledger::domain{}, sleeping_on(url)};
  std::uint64_t position = 0;
  for (std::int64_t round = 1; round <= rounds; ++round) {
    REQUIRE(node.ask<account>("ask", deposit{1}).get());
    REQUIRE(other.next(position));
    CHECK(position == 2U * static_cast<std::uint64_t>(round));
    CHECK(sees(node, "answer", round));
  }
  CHECK(other.wait() == 0);
}

TEST_CASE("a listening connection that is killed costs time, and no event") {
  postgres_server server;
  auto url = server.store_url("shared");
  annals::node writing{ledger::domain{}, sleeping_on(url)};
  annals::node following{ledger::domain{}, sleeping_on(url)};
  for (std::int64_t round = 1; round <= rounds; ++round) {
    CHECK(run_sql(server.url(), "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                "WHERE application_name = 'annals listener'")
          != "f");
    REQUIRE(writing.ask<account>("a", deposit{1}).get());
    CHECK(sees(following, "a", round));
  }
}

TEST_CASE("what is appended without a word to anybody is found by looking") {
  postgres_server server;
  auto url = server.store_url("shared");
  auto settings = sleeping_on(url);
  settings.poll_interval = std::chrono::milliseconds{20};
  annals::node following{ledger::domain{}, settings};
  auto silent = annals::open_store(url).value();
  auto event = annals::tests::sample_event(R"({"cents":7})");
  event.type = "ledger.deposited";
  event.schema_version = 1;
  annals::append_request request{"ledger.account-a", 0, {event}};
  REQUIRE(annals::tests::append(*silent, request));
  CHECK(sees(following, "a", 7));
}

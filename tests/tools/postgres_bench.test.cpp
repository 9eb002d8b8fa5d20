#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/tools/ledger.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <csignal>
#include <set>

using annals::tests::child;
using annals::tests::ledger;
using annals::tests::postgres_server;
using annals::tests::run_sql;
using Catch::Contains;

namespace {

// Small enough for a test: it is about what is measured, never about how fast.
ledger::arguments small_bench(const ledger& book, const postgres_server& server,
                              const std::string& seconds) {
  return {"bench",     "postgres", "--store",  server.url(), "--folder", book.folder().string(),
          "--seconds", seconds,    "--rounds", "1",          "--json"};
}

std::string bench_schemas(const postgres_server& server) {
  return run_sql(server.url(), "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'annals%'");
}

} // namespace

TEST_CASE("bench measures the PostgreSQL store beside its rivals, and leaves nothing there") {
  ledger book;
  postgres_server server;
  auto end = book.run(small_bench(book, server, "0.05"));
  INFO(end.err);
  REQUIRE(end.code == 0);
  auto run = boost::json::parse(end.out);
  std::set<std::string> measured;
  for (const auto& one : run.at("figures").as_array()) {
    CHECK(one.at("what").as_string() == "postgres");
    CHECK(one.at("perSecond").as_double() > 0);
    measured.emplace(one.at("with").as_string());
  }
  measured.erase("pgbench"); // where that program is there
  CHECK(measured == std::set<std::string>{"the store", "a bare libpq loop", "write_message"});
  CHECK(run.at("targets").as_array().size() == 12);
  CHECK(bench_schemas(server) == "0");
}

TEST_CASE("bench of PostgreSQL needs a database, and a signal ends it") {
  ledger book;
  auto refused = book.run({"bench", "postgres"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Contains("--store postgresql://"));
  postgres_server server;
  child running{book.setup(small_bench(book, server, "600"))};
  running.wait_until([&] { return bench_schemas(server) == "1"; }, "its schema");
  running.signal_when_ready(SIGINT);
  auto end = running.wait();
  INFO(end.err);
  CHECK(end.code == 128 + SIGINT);
  CHECK(bench_schemas(server) == "0");
}

#include "tests/actors/poison_helpers.hpp"

#include "tests/persistence/postgres_server.hpp"
#include "tests/printing.hpp"

#include <annals/actors/postgres_tables.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/postgres/connection.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::node;
using annals::sql_session;
using namespace annals::tests;
using namespace poison;
using namespace std::chrono_literals;

namespace server_rows {

struct sums {
  static constexpr annals::projection_name name{"poison.rows"};
  using events = annals::events<added>;
  static constexpr auto tables = "CREATE TABLE sums(id TEXT PRIMARY KEY, sum BIGINT, count BIGINT)";
};
void project(sums, sql_session& db, const annals::recorded<added>& event) {
  db.execute("INSERT INTO sums VALUES (?1, ?2, 1) ON CONFLICT(id) DO UPDATE SET "
             "sum = sums.sum + ?2, count = sums.count + 1",
             event.id, event->amount);
  throw_at(*event);
}

/// Another version of it.
struct newer : sums {
  static constexpr annals::projection_name name{"poison.rows", 2};
};
void project(newer, sql_session&, const annals::recorded<added>&) {}

/// Whose SQL is wrong.
struct wrong : sums {
  static constexpr annals::projection_name name{"poison.wrong"};
  static constexpr auto tables = "";
};
void project(wrong, sql_session& db, const annals::recorded<added>&) { db.execute("INSRT"); }

} // namespace server_rows

namespace {

annals::config on_server(const postgres_server& server, annals::target_settings target) {
  annals::config settings;
  settings.store = server.store_url("store");
  settings.poll_interval = 1ms;
  settings.poison_back_off = 1ms;
  settings.targets.push_back(std::move(target));
  return settings;
}

// What a statement gives in the schema "public".
std::string answer_of(const postgres_server& server, const std::string& sql) {
  auto where = annals::postgres::read_settings(server.url(), {});
  where.schema = "public";
  annals::postgres::connection db{where};
  auto found = db.execute(sql);
  return found.empty() ? "" : std::string{found[0].bytes(0)};
}

} // namespace

TEST_CASE("tables on a PostgreSQL server have each event once, also when connections are ended and "
          "two nodes write to them") {
  postgres_server server;
  mended = false;
  constexpr int events = 5'000;
  fill(*annals::open_store(server.store_url("store")).value(), events, 10, 30'000, 0);
  auto target = annals::postgres_tables<server_rows::sums>(server.url());
  target.largest_batch = 10;
  {
    node one{annals::domain<counter>{}, on_server(server, target)};
    node two{annals::domain<counter>{}, on_server(server, target)};
    for (int cuts = 0; cuts < 20; ++cuts)
      answer_of(server, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    REQUIRE(one.wait_for("poison.rows", events, 60s));
  }
  CHECK(answer_of(server, "SELECT sum(count) FROM sums") == "5000");
  CHECK(answer_of(server, "SELECT sum(sum) FROM sums")
        == std::to_string(events * (events + 1) / 2));
  CHECK(answer_of(server, "SELECT position FROM annals_checkpoints") == "5000");
  node again{annals::domain<counter>{}, on_server(server, target)};
  auto last = add_one(again, "a", 1);
  REQUIRE(again.wait_for("poison.rows", last, 20s));
  CHECK(answer_of(server, "SELECT sum(count) FROM sums") == "5001");
}

TEST_CASE("what tables on a PostgreSQL server cannot take in stops their target and says why") {
  postgres_server server;
  mended = false;
  auto why_stopped = [&](annals::target_settings target, const std::string& how) {
    auto name = target.name;
    node counting{annals::domain<counter>{}, on_server(server, std::move(target))};
    auto last = add_one(counting, "a", 7, how);
    auto waited = counting.wait_for(name, last, 20s);
    REQUIRE(waited.has_error());
    CHECK(waited.error().code == errc::projection_stopped);
    return waited.error().message;
  };
  CHECK_THAT(why_stopped(annals::postgres_tables<server_rows::wrong>(server.url()), ""),
             Catch::Contains("INSRT") && Catch::Contains("syntax error"));
  CHECK_THAT(why_stopped(annals::postgres_tables<server_rows::sums>(server.url()), "poison"),
             Catch::Contains("cannot take in 7"));
  CHECK(answer_of(server, "SELECT count FROM sums") == "1"); // the event before
  CHECK_THAT(why_stopped(annals::postgres_tables<server_rows::newer>(server.url()), ""),
             Catch::Contains("schema version 1") && Catch::Contains("annals_checkpoints"));
}

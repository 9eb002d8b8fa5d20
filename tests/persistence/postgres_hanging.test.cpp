#include <annals/persistence/open_store.hpp>
#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

// Which libpq takes for the least.
constexpr auto soon = "&connect_timeout=2";

postgres::settings quickly_noticing(const postgres_server& server) {
  auto where = postgres::read_settings(server.store_url("a") + soon, {});
  where.silence = 100ms;
  return where;
}

} // namespace

TEST_CASE("a server that works for long is waited for, one that hangs is not") {
  postgres_server server;
  auto where = quickly_noticing(server);
  postgres::connection db{where};
  CHECK(db.execute("SELECT 'done' FROM pg_sleep(0.5)")[0].bytes(0) == "done");
  server.hang();
  CHECK_THROWS_AS(db.execute("SELECT 1"), postgres::connection_lost);
}

TEST_CASE("a statement that would copy through the connection is refused") {
  postgres_server server;
  auto where = quickly_noticing(server);
  for (const std::string copy :
       {"COPY (SELECT 1) TO STDOUT", "CREATE TEMP TABLE t(a int); COPY t FROM STDIN"}) {
    INFO(copy);
    postgres::connection db{where};
    try {
      db.execute(copy);
      FAIL("it was taken");
    } catch (const error& refused) {
      CHECK(refused.why().code == errc::invalid_argument);
    }
    CHECK_THROWS_AS(db.execute("SELECT 1"), postgres::connection_lost);
  }
}

TEST_CASE("what was sent when the server hung is stored once") {
  postgres_server server{postgres_server::durability::full};
  auto store = open_store(server.store_url("a") + soon + "&annals_reconnect_timeout=1").value();
  auto reader = store->open_reader().value();
  fill(*store, "a-1", 0, 1);
  server.hang();
  auto request = sample_request("a-1", 1);
  auto refused = append(*store, request);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::store_unavailable);
  CHECK(reader->last_position().error().code == errc::store_unavailable);
  server.go_on();
  auto again = append(*store, request);
  INFO((again ? "stored" : again.error().message));
  CHECK((again || again.error().code == errc::version_conflict));
  CHECK(positions(whole_log(*store)) == std::vector<log_position>{1, 2});
}

TEST_CASE("a server that hangs for less than is waited for costs time and nothing else") {
  postgres_server server{postgres_server::durability::full};
  auto store = open_store(server.store_url("a")).value();
  fill(*store, "a-1", 0, 1);
  server.hang();
  auto answer =
      std::async(std::launch::async, [&] { return append(*store, sample_request("a-1", 1)); });
  CHECK(answer.wait_for(1s) == std::future_status::timeout);
  server.go_on();
  CHECK(answer.get() == appended{2, 2});
}

TEST_CASE("a store that is being closed does not wait for a server that hangs") {
  postgres_server server;
  auto store = open_store(server.store_url("a")).value();
  fill(*store, "a-1", 0, 1);
  server.hang();
  store->give_up_at(std::chrono::steady_clock::now() + 200ms);
  auto refused = append(*store, sample_request("a-1", 1));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::store_unavailable);
  CHECK_THAT(refused.error().message, Catch::Contains("being closed"));
}

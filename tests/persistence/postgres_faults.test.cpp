#include <annals/persistence/open_store.hpp>
#include <annals/persistence/postgres/layout.hpp>

#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_load.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

// For tests that leave it running; it ends with the program.
postgres_server& shared_server() {
  static postgres_server running;
  return running;
}

} // namespace

TEST_CASE("a server that is restarted in the middle of load loses and doubles nothing") {
  postgres_server server{postgres_server::durability::full};
  check_nothing_lost(server.store_url("a"), [&](load& one, load& two) {
    for (int round = 0; round < 4; ++round) {
      if (round % 2 == 0)
        server.crash();
      else
        server.stop();
      server.start();
      one.wait_for(3);
      two.wait_for(3);
    }
  });
}

TEST_CASE("sessions that are ended at random lose and double nothing") {
  auto& server = shared_server();
  check_nothing_lost(server.store_url("ended"), [&](load& one, load& two) {
    for (int round = 0; round < 20; ++round) {
      run_sql(server.url(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE application_name = 'annals' AND random() < 0.5");
      one.wait_for(2);
      two.wait_for(2);
    }
  });
}

TEST_CASE(
    "a transaction that holds the lock of the writers, or the end of the log, hides nothing") {
  auto& server = shared_server();
  auto lock = "SELECT pg_advisory_xact_lock(" + std::to_string(postgres::writer_lock("held")) + ')';
  check_nothing_lost(server.store_url("held"), [&](load& one, load& two) {
    raw_session other{server.url()};
    for (int round = 0; round < 5; ++round) {
      // Writers wait for it; readers do not, and see none of it.
      other.run("BEGIN");
      other.run(lock);
      other.run("INSERT INTO held.events SELECT max(position) + 1, 1, 1000, 1, 1, 0, "
                "gen_random_uuid(), NULL, NULL, 'x', '', '{}' FROM held.events");
      REQUIRE(comes_true([&] {
        return other.run(
                   "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
               == "2";
      }));
      other.run("ROLLBACK");
      one.wait_for(3);
      two.wait_for(3);
    }
  });
}

TEST_CASE("a commit that is held open after its rows were written is passed by nobody") {
  auto& server = shared_server();
  auto url = server.store_url("gated");
  auto one = open_store(url).value();
  auto two = open_store(url).value();
  fill(*one, "a-1", 0, 1);
  // The last thing that a transaction with such an event does is to wait for the gate.
  raw_session gate{server.url()};
  gate.run("CREATE FUNCTION gated.pass() RETURNS trigger LANGUAGE plpgsql AS "
           "'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END'");
  gate.run("CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON gated.events DEFERRABLE INITIALLY "
           "DEFERRED FOR EACH ROW WHEN (NEW.type = 'held') EXECUTE FUNCTION gated.pass()");
  gate.run("SELECT pg_advisory_lock(42)");
  auto waiting = [&](const std::string& count) {
    return comes_true([&] {
      return gate.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
             == count;
    });
  };
  auto held = sample_request("a-1", 1);
  held.events[0].type = "held";
  auto first = std::async(std::launch::async, [&] { return append(*one, held); });
  REQUIRE(waiting("1"));
  auto second =
      std::async(std::launch::async, [&] { return append(*two, sample_request("a-2", 0)); });
  REQUIRE(waiting("2"));
  auto reader = two->open_reader().value();
  CHECK(reader->last_position().value() == 1);
  CHECK(reader->read_log(1, 10).value().empty());
  gate.run("SELECT pg_advisory_unlock(42)");
  CHECK(first.get() == appended{2, 2});
  CHECK(second.get() == appended{1, 3});
  CHECK(positions(reader->read_log(1, 10).value()) == std::vector<log_position>{2, 3});
}

TEST_CASE("a transaction that another program leaves open holds nobody up") {
  auto& server = shared_server();
  check_nothing_lost(server.store_url("left_open"), [&](load& one, load& two) {
    raw_session other{server.url()};
    other.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    other.run("SELECT count(*), pg_current_xact_id() FROM left_open.events");
    one.wait_for(20);
    two.wait_for(20);
    other.run("COMMIT");
  });
}

TEST_CASE("a writer that waits for the lock too long is told so, and goes on when it is free") {
  auto& server = shared_server();
  auto store = open_store(server.store_url("locked"), {.lock_timeout = 50ms}).value();
  fill(*store, "a-1", 0, 1);
  raw_session other{server.url()};
  other.run("BEGIN");
  other.run("SELECT pg_advisory_xact_lock(" + std::to_string(postgres::writer_lock("locked"))
            + ')');
  std::vector requests{sample_request("a-1", 1), taking("a-2", "ann")};
  for (const auto& outcome : store->append(requests)) {
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code == errc::store_locked);
    CHECK_THAT(outcome.error().message, Catch::Contains("annals_schema=locked"));
  }
  CHECK(append(*store, sample_request("a-1", 1)).error().code == errc::store_locked);
  CHECK(whole_log(*store).size() == 1); // readers do not wait for writers
  other.run("ROLLBACK");
  CHECK(fill(*store, "a-1", 1, 1) == appended{2, 2});
}

TEST_CASE("a server that does not come back is given up after the reconnect timeout") {
  postgres_server server;
  auto store = open_store(server.store_url("a") + "&annals_reconnect_timeout=1").value();
  auto reader = store->open_reader().value();
  fill(*store, "a-1", 0, 1);
  server.stop();
  auto begin = std::chrono::steady_clock::now();
  auto refused = append(*store, sample_request("a-1", 1));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::store_unavailable);
  CHECK_THAT(refused.error().message,
             Catch::Contains("127.0.0.1:" + std::to_string(server.port())));
  CHECK(std::chrono::steady_clock::now() - begin >= 1s);
  CHECK(reader->last_position().error().code == errc::store_unavailable);
  CHECK(store->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_unavailable);
  server.start();
  CHECK(reader->last_position().value() == 1);
  CHECK(fill(*store, "a-1", 1, 1) == appended{2, 2});
}

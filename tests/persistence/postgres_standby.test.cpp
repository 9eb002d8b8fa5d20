#include <annals/persistence/open_store.hpp>

#include "tests/comes_true.hpp"
#include "tests/persistence/postgres_load.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;

TEST_CASE("when the primary dies and its standby is promoted, nothing acknowledged is lost") {
  postgres_server primary{postgres_server::durability::full};
  postgres_server standby{postgres_server::standby_of{primary}};
  // What is acknowledged is on both disks: without this the standby may lack the last commits.
  run_sql(primary.url(), "ALTER SYSTEM SET synchronous_standby_names = '*'");
  run_sql(primary.url(), "SELECT pg_reload_conf()");
  REQUIRE(comes_true([&] {
    return run_sql(primary.url(), "SELECT count(*) FROM pg_stat_replication "
                                  "WHERE sync_state = 'sync' AND state = 'streaming'")
           == "1";
  }));
  auto hosts = "127.0.0.1:" + std::to_string(primary.port())
               + ",127.0.0.1:" + std::to_string(standby.port());
  auto url = "postgresql://postgres@" + hosts
             + "/postgres?target_session_attrs=read-write&annals_schema=moving";
  check_nothing_lost(url, [&](load& one, load& two) {
    one.wait_for(10);
    two.wait_for(10);
    primary.crash();
    run_sql(standby.url(), "SELECT pg_promote()");
    one.wait_for(10);
    two.wait_for(10);
  });
  CHECK(run_sql(standby.url(), "SELECT pg_is_in_recovery()") == "f");
}

TEST_CASE("a standby may be read, and writes there are refused until it is promoted") {
  postgres_server primary;
  auto writing = open_store(primary.store_url("read")).value();
  fill(*writing, "a-1", 0, 3);
  postgres_server standby{postgres_server::standby_of{primary}};
  auto reading = open_store(standby.store_url("read"), {.mode = open_mode::read_only}).value();
  CHECK(whole_log(*reading) == whole_log(*writing));
  fill(*writing, "a-1", 3, 1);
  auto reader = reading->open_reader().value();
  CHECK(comes_true([&] { return reader->last_position().value() == 4; }));
  auto refused = open_store(standby.store_url("read"));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::store_read_only);
  CHECK_THAT(refused.error().message, Catch::Contains("standby"));
  run_sql(standby.url(), "SELECT pg_promote()");
  CHECK(fill(*open_store(standby.store_url("read")).value(), "a-1", 4, 1) == appended{5, 5});
}

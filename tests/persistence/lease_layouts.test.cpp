#include <annals/persistence/open_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

void check_brought_up_to_date(const std::string& url) {
  auto refused = open_store(url, {.mode = open_mode::read_only});
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::layout_too_old);
  auto store = open_store(url, {.mode = open_mode::existing}).value();
  CHECK(whole_log(*store).size() == 3);
  CHECK(fill(*store, "a-1", 3, 1) == appended{4, 4});
  auto taken = store->open_leases().value()->acquire({"node/north", "one", "", 1min}).value();
  auto request = sample_request("a-2", 0);
  request.extras.fence = taken.fence();
  CHECK(append(*store, request) == appended{1, 5});
}

} // namespace

TEST_CASE("an SQLite store from before there were leases gets them when it is opened to write") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  fill(*open_store(path).value(), "a-1", 0, 3);
  sqlite::connection{path, sqlite::access::write, 1s}.execute(
      "DROP TABLE leases; PRAGMA user_version = 4");
  check_brought_up_to_date(path);
}

TEST_CASE("a PostgreSQL store from before there were leases gets them when opened to write") {
  postgres_server server;
  auto url = server.store_url("older");
  fill(*open_store(url).value(), "a-1", 0, 3);
  run_sql(server.url(), "DROP TABLE older.leases; UPDATE older.layout SET number = 2");
  check_brought_up_to_date(url);
}

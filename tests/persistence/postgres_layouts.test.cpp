#include <annals/persistence/open_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;

namespace {

postgres_server& server() {
  static postgres_server running;
  return running;
}

// A store with an event and a read model, with the tables as the release of layout 1 made them.
std::string old_store(const std::string& schema) {
  auto url = server().store_url(schema);
  fill(*open_store(url).value(), "a-1", 0, 1);
  run_sql(server().url(), "SET search_path = " + schema
                              + ";"
                                "ALTER TABLE read_models RENAME COLUMN contents TO model;"
                                "ALTER TABLE read_models DROP COLUMN generation;"
                                "ALTER TABLE read_models DROP COLUMN notes;"
                                "DROP TABLE leases;"
                                "INSERT INTO read_models VALUES ('balances', 1, 3, '{\"a\":1}');"
                                "UPDATE layout SET number = 1");
  return url;
}

} // namespace

TEST_CASE("a store of layout 1 is brought up to date by the first who may write") {
  auto url = old_store("older");
  auto store = open_store(url, {.mode = open_mode::existing}).value();
  auto reader = store->open_reader().value();
  stored_model kept{"balances", 1, 3, R"({"a":1})"};
  CHECK(reader->load_model("balances").value() == kept);
  CHECK(store->replace_model(kept).value() == 1);
  CHECK(fill(*store, "a-1", 1, 1) == appended{2, 2});
}

TEST_CASE("a store of layout 1 is not touched by who may only read, and told what to do") {
  auto url = old_store("untouched");
  auto opened = open_store(url, {.mode = open_mode::read_only});
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == errc::layout_too_old);
  run_sql(server().url(), "SELECT model FROM untouched.read_models");
}

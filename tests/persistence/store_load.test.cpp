#include <annals/testing/store_conformance.hpp>

#include <annals/persistence/open_store.hpp>

#include "tests/environment.hpp"
#include "tests/persistence/temporary_folder.hpp"
#if ANNALS_WITH_POSTGRES
#include "tests/persistence/postgres_server.hpp"
#endif

#include <catch2/catch.hpp>

// The suite's long cases. Those with the tag [.large] run only when they are asked for:
//   persistence.store_load "[large]"        10 million events, or ANNALS_LARGE_STORE of them

using namespace annals;
using namespace annals::testing;
using tests::temporary_folder;

namespace {

std::uint32_t wanted_events() { return tests::number_given("ANNALS_LARGE_STORE", 10'000'000); }

} // namespace

TEST_CASE("a memory store under load for a minute skips, doubles and reorders nothing") {
  check_store_under_load({[] { return open_store("memory:").value(); }});
}

TEST_CASE("a memory store of ten million events is whole", "[.large]") {
  check_large_store({[] { return open_store("memory:").value(); }}, wanted_events());
}

#if ANNALS_WITH_SQLITE
TEST_CASE("a SQLite store under load for a minute skips, doubles and reorders nothing") {
  temporary_folder folder;
  check_store_under_load({[&] { return open_store(folder.file("a.db")).value(); }, true});
}

TEST_CASE("a SQLite store of ten million events is whole", "[.large]") {
  temporary_folder folder;
  check_large_store({[&] { return open_store(folder.file("a.db")).value(); }, true},
                    wanted_events());
}
#endif

#if ANNALS_WITH_POSTGRES
TEST_CASE("a PostgreSQL store under load for a minute skips, doubles and reorders nothing") {
  tests::postgres_server server;
  check_store_under_load({[&] { return open_store(server.store_url("loaded")).value(); }, true});
}

TEST_CASE("a PostgreSQL store of ten million events is whole", "[.large]") {
  tests::postgres_server server;
  check_large_store({[&] { return open_store(server.store_url("large")).value(); }, true},
                    wanted_events());
}
#endif

// The whole test of a store adapter, by the installed suite. Here the store is a memory store
// behind a name of its own.
#define CATCH_CONFIG_MAIN
#include <annals/persistence/memory/memory_store.hpp>
#include <annals/testing/store_conformance.hpp>

#include <catch2/catch.hpp>

// [test]
TEST_CASE("my store keeps the port's promises") {
  annals::testing::check_store_conformance({[] { return annals::make_memory_store(); }});
}
// [test]

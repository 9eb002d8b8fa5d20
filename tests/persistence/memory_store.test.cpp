#include <annals/persistence/memory/memory_store.hpp>

#include <annals/testing/store_conformance.hpp>

#include "tests/conformance/samples.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;

TEST_CASE("the memory store keeps the port's promises") {
  annals::testing::check_store_conformance({make_memory_store});
}

TEST_CASE("a memory store does not block, and each one is empty") {
  auto store = make_memory_store();
  CHECK_FALSE(store->blocks());
  fill(*store, "a-1", 0, 1);
  CHECK(whole_log(*make_memory_store()).empty());
}

TEST_CASE("a memory store keeps its order as it grows past many blocks") {
  auto store = make_memory_store();
  for (stream_version version = 0; version < 20'000; version += 500)
    fill(*store, "a-1", version, 500);
  auto log = whole_log(*store);
  REQUIRE(log.size() == 20'000);
  for (std::size_t i = 0; i < log.size(); ++i)
    if (log[i].position != i + 1 || log[i].version != i + 1)
      FAIL("at " << i);
}

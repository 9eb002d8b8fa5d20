#include "tests/actors/served/serving_stage.hpp"

#include <annals/persistence/memory/memory_store.hpp>
#include <annals/testing/store_conformance.hpp>

#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;

TEST_CASE("a SQLite store that another process serves keeps the port's promises") {
  temporary_folder folder;
  serving_stage serving{open_store(folder.file("a.db")).value()};
  annals::testing::check_store_conformance(
      {[&] { return open_any_store(serving.url()).value(); }, true});
}

TEST_CASE("a store in memory that another process serves keeps the port's promises") {
  serving_stage serving{make_memory_store()};
  annals::testing::check_store_conformance(
      {[&] { return open_any_store(serving.url()).value(); }, true});
}

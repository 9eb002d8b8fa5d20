#include <annals/persistence/postgres/postgres_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/conformance/store_conformance.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/printing.hpp"

using namespace annals;
using namespace annals::tests;

namespace {

// One for all tests of this program; it ends with the program.
postgres_server& server() {
  static postgres_server running;
  return running;
}

// The URL of a store that is not there yet.
std::string new_store() {
  static int made = 0;
  return server().store_url("store_" + std::to_string(++made));
}

} // namespace

TEST_CASE("the PostgreSQL store keeps the port's promises") {
  auto url = new_store();
  check_store_conformance({[&] { return open_store(url).value(); }, true});
}

#include <annals/persistence/open_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/full_disk.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/persistence/small_disk.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace annals;
using namespace annals::tests;

namespace {

// Text that the server cannot compress.
std::string noise(std::size_t size) {
  static std::minstd_rand random{1};
  std::string text(size, ' ');
  for (auto& c : text)
    c = static_cast<char>('!' + random() % 90);
  return text;
}

append_request large_request(stream_version version) {
  auto request = sample_request("a-1", version, 3);
  for (auto& event : request.events)
    event.payload = noise(20'000);
  return request;
}

} // namespace

TEST_CASE(
    "on a server whose disk is full appends fail, nothing is lost, and with space all goes on") {
  postgres_server server;
  auto folder = server.folder() / "disk";
  small_disk disk{folder, "32m"};
  if (!disk.is_mounted())
    return;
  server.give(folder);
  run_sql(server.url(), "CREATE TABLESPACE small LOCATION '" + folder.string() + "'");
  run_sql(server.url(), "CREATE DATABASE filled TABLESPACE small");
  auto store = open_store(server.url("filled")).value();
  disk.fill_up(4'000'000);
  auto version = append_until_full(*store, 0, large_request);
  CHECK(version > 0);
  check_versions(*store, version);
  stored_model model{"balances", 1, 1, noise(2'000'000)};
  CHECK(store->save_model(model).error().code == errc::store_full);
  stored_snapshot snapshot{"a-1", version, version, 1, now(), noise(2'000'000)};
  CHECK(store->save_snapshots({&snapshot, 1}, 1).error().code == errc::store_full);
  CHECK(append(*store, large_request(version)).error().code == errc::store_full);

  disk.free_up();
  version = append(*store, large_request(version)).value().version;
  REQUIRE(store->save_model(model));
  REQUIRE(store->save_snapshots({&snapshot, 1}, 1));
  check_versions(*store, version);
  check_versions(*open_store(server.url("filled")).value(), version);
}

#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/sqlite/opening.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/full_disk.hpp"
#include "tests/persistence/small_disk.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

using namespace annals;
using namespace annals::tests;

namespace {

// With payloads that take pages of their own.
append_request large_request(stream_version version) {
  auto request = sample_request("a-1", version, 3);
  request.events[1].payload = std::string(20'000, 'x');
  return request;
}

} // namespace

TEST_CASE("on a full disk appends fail, nothing is lost, and with space again all goes on") {
  temporary_folder folder;
  small_disk disk{folder.path() / "disk", "2m"};
  if (!disk.is_mounted())
    return;
  auto path = folder.file("disk/a.db");
  stream_version version = 0;
  {
    auto store = open_sqlite_store(path).value();
    fill(*store, "a-1", 0, 2);
    disk.fill_up(300'000);
    version = append_until_full(*store, 2, large_request);
    check_versions(*store, version);
    auto again = append(*store, sample_request("a-1", version, 200));
    CHECK(again.error().code == errc::store_full);
    CHECK_THAT(again.error().message, Catch::Contains(path) && Catch::Contains("free space"));
    CHECK(store->save_model({"balances", 1, 1, std::string(50'000, 'x')}).error().code
          == errc::store_full);

    stored_snapshot snapshot{"a-1", version, version, 1, now(), std::string(50'000, 'x')};
    CHECK(store->save_snapshots({&snapshot, 1}, 1).error().code == errc::store_full);
    auto outcome = sample_outcome("a-1");
    outcome.why->message = std::string(50'000, 'x');
    CHECK(append(*store, with_outcome(outcome, version)).error().code == errc::store_full);
    CHECK(append(*store, taking("a-1", std::string(50'000, 'x'), version)).error().code
          == errc::store_full);

    disk.free_up();
    REQUIRE(append(*store, with_outcome(outcome, version)));
    version = fill(*store, "a-1", version, 200).version;
    REQUIRE(store->save_model({"balances", 1, 1, std::string(50'000, 'x')}));
    REQUIRE(store->save_snapshots({&snapshot, 1}, 1));
    check_versions(*store, version);
  }
  check_versions(*open_sqlite_store(path).value(), version);
}

TEST_CASE("a store on a disk that fills up and stays full is whole when it is opened again") {
  temporary_folder folder;
  small_disk disk{folder.path() / "disk", "1m"};
  if (!disk.is_mounted())
    return;
  auto path = folder.file("disk/a.db");
  auto version = append_until_full(*open_sqlite_store(path).value(), 0, large_request);
  disk.fill_up();
  auto opened = open_sqlite_store(path, {.mode = open_mode::read_only});
  if (opened)
    check_versions(**opened, version);
  else
    CHECK(opened.error().code == errc::store_full);
  opened = failure{};
  disk.free_up();
  check_versions(*open_sqlite_store(path).value(), version);
}

TEST_CASE("a store cannot be created on a full disk, and can when there is space again") {
  temporary_folder folder;
  small_disk disk{folder.path() / "disk", "1m"};
  if (!disk.is_mounted())
    return;
  auto path = folder.file("disk/a.db");
  for (std::size_t spare : {0U, 4096U, 8192U, 16384U, 40960U}) {
    disk.fill_up(spare);
    auto opened = open_sqlite_store(path);
    REQUIRE(opened.has_error());
    INFO("spare " << spare << ": " << to_string(opened.error()));
    CHECK(opened.error().code == errc::store_full);
    CHECK_THAT(opened.error().message, Catch::Contains(path));
    disk.free_up();
  }
  CHECK(fill(*open_sqlite_store(path).value(), "a-1", 0, 1) == appended{1, 1});
}

TEST_CASE("a store on a read-only mount can be read and not written") {
  temporary_folder folder;
  small_disk disk{folder.path() / "disk", "2m"};
  if (!disk.is_mounted())
    return;
  auto path = folder.file("disk/a.db");
  fill(*open_sqlite_store(path).value(), "a-1", 0, 5);
  disk.read_only(true);
  for (auto mode : {open_mode::create, open_mode::existing}) {
    auto opened = open_sqlite_store(path, {.mode = mode});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == errc::store_read_only);
    CHECK_THAT(opened.error().message, Catch::Contains(path));
  }
  auto missing = open_sqlite_store(folder.file("disk/b.db"));
  CHECK(missing.error().code == errc::store_read_only);
  auto store = open_sqlite_store(path, {.mode = open_mode::read_only}).value();
  check_versions(*store, 5);
  CHECK(append(*store, sample_request("a-1", 5)).error().code == errc::store_read_only);
}

TEST_CASE("a store whose last writer was killed is not read without its log file") {
  temporary_folder folder;
  small_disk disk{folder.path() / "disk", "2m"};
  if (!disk.is_mounted())
    return;
  auto path = folder.file("disk/a.db");
  {
    auto store = open_sqlite_store(path).value();
    fill(*store, "a-1", 0, 5);
    std::filesystem::copy(folder.file("disk"), folder.file("copy"));
  }
  std::filesystem::remove(path);
  std::filesystem::copy_file(folder.file("copy/a.db"), path);
  std::filesystem::copy_file(folder.file("copy/a.db-wal"), path + "-wal");
  disk.read_only(true);
  auto opened = open_sqlite_store(path, {.mode = open_mode::read_only});
  REQUIRE(opened.has_error());
  INFO(to_string(opened.error()));
  CHECK(opened.error().code == errc::store_read_only);
  CHECK_THAT(opened.error().message, Catch::Contains(path) && Catch::Contains("-wal"));
  disk.read_only(false);
  check_versions(*open_sqlite_store(path, {.mode = open_mode::read_only}).value(), 5);
  check_versions(*open_sqlite_store(path).value(), 5);
}

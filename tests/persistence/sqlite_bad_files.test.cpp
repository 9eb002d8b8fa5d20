#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/sqlite/opening.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto all_modes = {open_mode::create, open_mode::existing, open_mode::read_only};

void write_file(const std::string& path, std::string_view content) {
  std::ofstream{path, std::ios::binary} << content;
}

// Opening fails with `code`, and the message names the path.
void check_refused(const std::string& path, open_mode mode, errc code) {
  INFO("path " << path << ", mode " << static_cast<int>(mode));
  auto opened = open_sqlite_store(path, {.mode = mode, .lock_timeout = 50ms});
  REQUIRE(opened.has_error());
  INFO(to_string(opened.error()));
  CHECK(opened.error().code == code);
  CHECK_THAT(opened.error().message, Catch::Contains(path));
}

void make_store(const std::string& path) {
  auto store = open_sqlite_store(path).value();
  fill(*store, "a-1", 0, 5);
}

// Runs SQL on a file that is not, or not yet, a store.
void run_sql(const std::string& path, const char* sql) {
  sqlite::connection{path, sqlite::access::create, 1s}.execute(sql);
}

// Where in the file the first page of a table begins.
std::streamoff place_of(const std::string& path, std::string_view table) {
  sqlite::connection db{path, sqlite::access::create, 1s};
  sqlite::statement find{db, "SELECT rootpage FROM sqlite_schema WHERE name = ?1"};
  auto found = find.run(table);
  REQUIRE(found.next());
  return (found.number(0) - 1) * 4096;
}

// As somebody who owns nothing, where the test runs as root, for whom permissions do not count.
class as_nobody {
public:
  as_nobody() : was_{geteuid()} {
    if (was_ == 0)
      REQUIRE(seteuid(65534) == 0);
  }
  ~as_nobody() {
    if (seteuid(was_) != 0)
      std::abort();
  }

private:
  uid_t was_;
};

} // namespace

TEST_CASE("a store that is not there is created only where that was asked for") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  check_refused(path, open_mode::existing, errc::not_found);
  check_refused(path, open_mode::read_only, errc::not_found);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(open_sqlite_store(path, {.mode = open_mode::create}).has_value());
  CHECK(open_sqlite_store(path, {.mode = open_mode::existing}).has_value());
  CHECK(open_sqlite_store(path, {.mode = open_mode::read_only}).has_value());
}

TEST_CASE("an empty file becomes a store where creating was asked for, and is none otherwise") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  write_file(path, "");
  check_refused(path, open_mode::existing, errc::not_a_store);
  check_refused(path, open_mode::read_only, errc::not_a_store);
  CHECK_THAT(open_sqlite_store(path, {.mode = open_mode::existing}).error().message,
             Catch::Contains("is empty"));
  CHECK(fill(*open_sqlite_store(path).value(), "a-1", 0, 1) == appended{1, 1});
}

TEST_CASE("a creation that was interrupted is finished by the next one") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  run_sql(path, "PRAGMA journal_mode = WAL");
  REQUIRE(std::filesystem::file_size(path) > 0);
  check_refused(path, open_mode::existing, errc::not_a_store);
  CHECK(fill(*open_sqlite_store(path).value(), "a-1", 0, 1) == appended{1, 1});
}

TEST_CASE("what is not a store is refused and left as it is") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  for (auto mode : all_modes) {
    SECTION("text, mode " + std::to_string(static_cast<int>(mode))) {
      std::string text = "id;name\n";
      while (text.size() < 10'000)
        text += "1;Ann\n";
      write_file(path, text);
      check_refused(path, mode, errc::not_a_store);
      CHECK(std::filesystem::file_size(path) == text.size());
    }
    SECTION("one byte, mode " + std::to_string(static_cast<int>(mode))) {
      write_file(path, "x");
      check_refused(path, mode, errc::not_a_store);
      CHECK(std::filesystem::file_size(path) == 1);
    }
    SECTION("a database of another program, mode " + std::to_string(static_cast<int>(mode))) {
      run_sql(path, "CREATE TABLE events(id)");
      check_refused(path, mode, errc::not_a_store);
    }
    SECTION("a database with another's mark, mode " + std::to_string(static_cast<int>(mode))) {
      run_sql(path, "PRAGMA application_id = 77; PRAGMA user_version = 1");
      check_refused(path, mode, errc::not_a_store);
    }
    SECTION("a folder, mode " + std::to_string(static_cast<int>(mode))) {
      check_refused(folder.path(), mode, errc::not_a_store);
    }
    SECTION("a pipe, mode " + std::to_string(static_cast<int>(mode))) {
      REQUIRE(mkfifo(path.c_str(), 0600) == 0);
      check_refused(path, mode, errc::not_a_store);
    }
    SECTION("a file in a folder that is missing, mode " + std::to_string(static_cast<int>(mode))) {
      check_refused(folder.file("missing/a.db"), mode, errc::not_found);
    }
    SECTION("a file below a file, mode " + std::to_string(static_cast<int>(mode))) {
      write_file(path, "x");
      check_refused(path + "/b.db", mode, errc::not_found);
    }
  }
}

TEST_CASE("a store of a newer layout is refused, whatever else has changed in it") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  run_sql(path, "PRAGMA user_version = 99; DROP TABLE read_models");
  for (auto mode : all_modes)
    check_refused(path, mode, errc::layout_too_new);
}

TEST_CASE("a damaged store says so") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  SECTION("its first page is overwritten behind the first line") {
    std::fstream{path, std::ios::in | std::ios::out | std::ios::binary}.seekp(16)
        << std::string(4000, '\xa5');
    for (auto mode : all_modes)
      check_refused(path, mode, errc::store_corrupt);
  }
  SECTION("it is cut short") {
    std::filesystem::resize_file(path, 4096 + 100);
    for (auto mode : all_modes)
      check_refused(path, mode, errc::store_corrupt);
  }
  SECTION("a table is missing") {
    run_sql(path, "DROP VIEW log; DROP TABLE events");
    for (auto mode : {open_mode::create, open_mode::existing})
      check_refused(path, mode, errc::store_corrupt);
    auto store = open_sqlite_store(path, {.mode = open_mode::read_only}).value();
    CHECK(store->open_reader().error().code == errc::store_corrupt);
  }
  SECTION("its events are overwritten") {
    for (const auto* table : {"streams", "heads", "events"}) {
      auto place = place_of(path, table);
      std::fstream{path, std::ios::in | std::ios::out | std::ios::binary}.seekp(place)
          << std::string(4096, '\xa5');
    }
    auto store = open_sqlite_store(path).value();
    CHECK(append(*store, sample_request("a-1", 5)).error().code == errc::store_corrupt);
    CHECK(store->open_reader().value()->read_log(0, 10).error().code == errc::store_corrupt);
  }
  SECTION("a stream has lost its end, or its events each other") {
    for (const auto* damage : {"DELETE FROM heads", "UPDATE heads SET last = 99",
                               "UPDATE events SET version = 9000000000000000001 WHERE position = 5",
                               "UPDATE events SET version = -3 WHERE position = 5",
                               "UPDATE events SET previous = 0 WHERE position = 4",
                               "UPDATE events SET previous = 5 WHERE position = 4"}) {
      INFO(damage);
      auto copy = folder.file("copy.db");
      std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
      run_sql(copy, damage);
      auto store = open_sqlite_store(copy).value();
      auto reader = store->open_reader().value();
      auto read = reader->read_stream("a-1", {.to = 2});
      REQUIRE(read.has_error());
      CHECK(read.error().code == errc::store_corrupt);
      CHECK_THAT(read.error().message, Catch::Contains("a-1"));
      CHECK(append(*store, sample_request("a-1", 0)).has_error());
    }
  }
  SECTION("an id in it is no id") {
    run_sql(path, "UPDATE events SET id = 'x' WHERE position = 2");
    auto store = open_sqlite_store(path).value();
    auto read = store->open_reader().value()->read_log(0, 10);
    CHECK(read.error().code == errc::store_corrupt);
    CHECK_THAT(read.error().message, Catch::Contains(path));
  }
}

TEST_CASE("paths with special characters mean themselves") {
  temporary_folder folder;
  for (const auto* name :
       {"a?mode=ro", "a#b.db", "50%41.db", "it's \"a\" store.db", " a b ", "Zoë-日本語-🦉.db",
        ":memory:", "file:a.db", "a;b&c=d", "[a]*.db"}) {
    INFO(name);
    auto path = folder.file(name);
    make_store(path);
    CHECK(std::filesystem::is_regular_file(path));
    auto store = open_sqlite_store(path, {.mode = open_mode::read_only}).value();
    CHECK(whole_log(*store).size() == 5);
  }
  CHECK(open_sqlite_store("").error().code == errc::invalid_argument);
  CHECK(open_sqlite_store(std::string_view{"a\0b", 3}).error().code == errc::invalid_argument);
  auto deep = folder.path();
  for (int i = 0; i < 6; ++i)
    deep /= std::string(100, 'd');
  std::filesystem::create_directories(deep);
  check_refused(deep / "a.db", open_mode::create, errc::invalid_argument);
}

TEST_CASE("a store may be opened through a link") {
  temporary_folder folder;
  make_store(folder.file("a.db"));
  std::filesystem::create_symlink("a.db", folder.file("link.db"));
  CHECK(whole_log(*open_sqlite_store(folder.file("link.db")).value()).size() == 5);
}

TEST_CASE("a store that another program has for itself is locked") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  sqlite::connection other{path, sqlite::access::write, 1s};
  other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT");
  for (auto mode : all_modes)
    check_refused(path, mode, errc::store_locked);
}

TEST_CASE("a store without the permission to write can still be read") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  std::filesystem::permissions(path, std::filesystem::perms{0444});
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0555});
  {
    as_nobody other_user;
    check_refused(path, open_mode::create, errc::store_read_only);
    check_refused(path, open_mode::existing, errc::store_read_only);
    auto store = open_sqlite_store(path, {.mode = open_mode::read_only}).value();
    CHECK(whole_log(*store).size() == 5);
    CHECK(append(*store, sample_request("a-1", 5)).error().code == errc::store_read_only);
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
}

TEST_CASE("a store without the permission to read cannot be opened") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
  std::filesystem::permissions(path, std::filesystem::perms{0});
  as_nobody other_user;
  for (auto mode : all_modes)
    check_refused(path, mode, errc::store_unavailable);
}

TEST_CASE("a store that is read without locks notices when it was changed after all") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_store(path);
  std::unique_ptr<event_store> store;
  std::unique_ptr<event_reader> reader;
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0555});
  {
    as_nobody other_user;
    store = open_sqlite_store(path, {.mode = open_mode::read_only}).value();
    reader = store->open_reader().value();
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
  CHECK(reader->last_position().value() == 5);
  fill(*open_sqlite_store(path).value(), "a-1", 5, 1000);
  CHECK(reader->last_position().error().code == errc::store_unavailable);
  CHECK(store->open_reader().value()->last_position().value() == 1005);
}

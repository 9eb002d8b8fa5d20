#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/sqlite/opening.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

// The tables of layout 1, as the release that had it made them.
constexpr auto layout_1 = R"sql(
PRAGMA journal_mode = WAL;
CREATE TABLE streams(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE events(
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES streams(id),
  version INTEGER NOT NULL,
  id BLOB NOT NULL,
  type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  time INTEGER NOT NULL,
  correlation_id BLOB,
  causation_id BLOB,
  metadata TEXT NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE(stream, version));
CREATE INDEX events_by_correlation ON events(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE TABLE read_models(
  projection TEXT PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  model TEXT NOT NULL);
CREATE VIEW log AS SELECT position, type FROM events;
PRAGMA application_id = 1097756268;
PRAGMA user_version = 1;
)sql";

// Two streams of 100 events each, interwoven, and a read model.
constexpr auto old_rows = R"sql(
INSERT INTO streams VALUES (1, 'a-1'), (2, 'a-2');
WITH RECURSIVE n(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM n WHERE p < 200)
INSERT INTO events SELECT p, 1 + p % 2, (p + 1) / 2, randomblob(16), 'a.happened', 1, p * 1000,
  randomblob(16), randomblob(16), '', '{"n":' || p || '}' FROM n;
INSERT INTO read_models VALUES ('balances', 150, 3, '{"a":1}');
)sql";

void make_old_store(const std::string& path, bool with_rows) {
  sqlite::connection db{path, sqlite::access::create, 1s};
  db.execute(layout_1);
  if (with_rows)
    db.execute(old_rows);
}

// What the old release would read, by the tables as they were.
std::string old_contents(const std::string& path) {
  sqlite::connection db{path, sqlite::access::query, 1s};
  return db.text(
      "SELECT group_concat(position || stream || version || hex(id) || hex(causation_id) "
      "|| hex(correlation_id) || time || payload) FROM events");
}

} // namespace

TEST_CASE("a store of an older layout is brought up to date by the first who may write") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, true);
  auto store = open_sqlite_store(path, {.mode = open_mode::existing}).value();
  auto reader = store->open_reader().value();
  CHECK(whole_log(*store).size() == 200);
  auto stream = reader->read_stream("a-2").value();
  REQUIRE(stream.size() == 100);
  CHECK(stream.front().position == 1);
  CHECK(stream[50].version == 51);
  CHECK(stream[50].payload == R"({"n":101})");
  CHECK(versions(reader->read_stream("a-1", {.from = 63, .to = 65}).value())
        == std::vector<stream_version>{63, 64, 65});
  CHECK(reader->load_model("balances").value() == stored_model{"balances", 150, 3, R"({"a":1})"});
  CHECK(append(*store, sample_request("a-1", 99)).error().code == errc::version_conflict);
  CHECK(fill(*store, "a-1", 100, 1) == appended{101, 201});
  CHECK(reader->find_by_correlation(stream[7].correlation_id, 0, 10).value().front() == stream[7]);
}

TEST_CASE("migrating changes nothing of what is stored") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, true);
  auto before = old_contents(path);
  CHECK_FALSE(before.empty());
  (void)open_sqlite_store(path).value();
  CHECK(old_contents(path) == before);
  sqlite::connection db{path, sqlite::access::query, 1s};
  CHECK(db.text("PRAGMA integrity_check") == "ok");
  CHECK(db.number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(db.text("SELECT stream FROM log WHERE position = 2") == "a-1");
}

TEST_CASE("an empty store of an older layout is brought up to date as well") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, false);
  auto store = open_sqlite_store(path).value();
  CHECK(fill(*store, "a-1", 0, 3) == appended{3, 3});
}

TEST_CASE("a store of an older layout is not touched by who may only read, and told what to do") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, true);
  auto before = old_contents(path);
  auto opened = open_sqlite_store(path, {.mode = open_mode::read_only});
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == errc::layout_too_old);
  CHECK_THAT(opened.error().message, Catch::Contains(path) && Catch::Contains("open it to write"));
  sqlite::connection db{path, sqlite::access::query, 1s};
  CHECK(db.number("PRAGMA user_version") == 1);
  CHECK(old_contents(path) == before);
}

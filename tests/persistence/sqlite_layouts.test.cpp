#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/sqlite/opening.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/old_layouts.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

// Two streams of 100 events each, interwoven, and a read model.
constexpr auto old_rows = R"sql(
INSERT INTO streams VALUES (1, 'a-1'), (2, 'a-2');
WITH RECURSIVE n(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM n WHERE p < 200)
INSERT INTO events SELECT p, 1 + p % 2, (p + 1) / 2, randomblob(16), 'a.happened', 1, p * 1000,
  randomblob(16), randomblob(16), '', '{"n":' || p || '}' FROM n;
INSERT INTO read_models VALUES ('balances', 150, 3, '{"a":1}');
)sql";

constexpr auto old_rows_2 = R"sql(
INSERT INTO streams VALUES (1, 'a-1'), (2, 'a-2');
INSERT INTO heads VALUES (1, 200), (2, 199);
WITH RECURSIVE n(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM n WHERE p < 200)
INSERT INTO events SELECT p, 1 + p % 2, (p + 1) / 2, max(p - 2, 0), randomblob(16), 'a.happened', 1,
  p * 1000, randomblob(16), randomblob(16), '', '{"n":' || p || '}' FROM n;
INSERT INTO read_models VALUES ('balances', 150, 3, '{"a":1}');
)sql";

void make_old_store(const std::string& path, int layout, bool with_rows) {
  sqlite::connection db{path, sqlite::access::create, 1s};
  db.execute(layout == 1 ? layout_1 : layout == 2 ? layout_2 : layout_3);
  if (!with_rows)
    return;
  std::string rows = layout == 1 ? old_rows : old_rows_2;
  if (layout == 3) // has a column more
    rows.replace(rows.rfind("'}' FROM"), 3, "'}', 0");
  db.execute(rows.c_str());
}

// The whole schema, without what SQLite makes of its own.
std::string schema_of(const std::string& path) {
  sqlite::connection db{path, sqlite::access::query, 1s};
  return db.text("SELECT group_concat(type || ' ' || name || ' ' || coalesce((SELECT "
                 "group_concat(column.name) FROM pragma_table_info(master.name) AS column), '')) "
                 "FROM (SELECT * FROM sqlite_master ORDER BY name) AS master");
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
  auto layout = GENERATE(1, 2, 3);
  CAPTURE(layout);
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, layout, true);
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
  CHECK(stream[7].command_digest == 0);
  CHECK(reader->find_by_correlation(stream[7].correlation_id, 0, 10).value().front() == stream[7]);
}

TEST_CASE("migrating changes nothing of what is stored") {
  auto layout = GENERATE(1, 2, 3);
  CAPTURE(layout);
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, layout, true);
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
  auto layout = GENERATE(1, 2, 3);
  CAPTURE(layout);
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, layout, false);
  auto store = open_sqlite_store(path).value();
  CHECK(fill(*store, "a-1", 0, 3) == appended{3, 3});
}

TEST_CASE(
    "a store that was brought up to date has the tables of a new one, and keeps what is new") {
  auto layout = GENERATE(1, 2, 3);
  CAPTURE(layout);
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, layout, true);
  auto store = open_sqlite_store(path).value();
  (void)open_sqlite_store(folder.file("new.db")).value();
  CHECK(schema_of(path) == schema_of(folder.file("new.db")));
  auto request = sample_request("a-1", 100);
  request.extras.parts.push_back(sample_part("a-2", 100));
  request.extras.outcomes.push_back(sample_outcome("a-1"));
  CHECK(append(*store, request) == appended{101, 202});
  CHECK(whole_log(*store)[200].command_digest == request.events[0].command_digest);
  CHECK(append(*store, taking("a-1", "ann", 101)).has_value());
  stored_snapshot taken{"a-1", 101, 201, 1, now(), "{}"};
  REQUIRE(store->save_snapshots({&taken, 1}, 1));
  auto reader = store->open_reader().value();
  CHECK(reader->holder_of("bank.email", "ann").value() == "a-1");
  CHECK((reader->read_outcomes("a-1", {}, 9).value() == request.extras.outcomes));
  CHECK((reader->load_snapshot("a-1").value() == taken));
}

// It knows no reservations and no outcomes, so it must not write beside who does.
TEST_CASE("a program of layout 2 that has the store open can write no event when it was migrated") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, 2, true);
  sqlite::connection old{path, sqlite::access::write, 1s};
  sqlite::statement move_head{old,
                              "UPDATE heads SET position = ?2 WHERE stream = ?1 AND position = ?3"};
  (void)open_sqlite_store(path).value();
  CHECK_THROWS_AS(move_head.execute(std::uint64_t{1}, std::uint64_t{200}, std::uint64_t{200}),
                  error);
}

// It knows no generations, so it must not put the model before in place of a rebuilt one.
TEST_CASE("a program of layout 3 that has the store open can save no model when it was migrated") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, 3, true);
  sqlite::connection old{path, sqlite::access::write, 1s};
  sqlite::statement save{old, "UPDATE read_models SET model = '{}' WHERE projection = ?1"};
  (void)open_sqlite_store(path).value();
  CHECK_THROWS_AS(save.execute("balances"), error);
}

TEST_CASE("a store of an older layout is not touched by who may only read, and told what to do") {
  auto layout = GENERATE(1, 2, 3);
  CAPTURE(layout);
  temporary_folder folder;
  auto path = folder.file("a.db");
  make_old_store(path, layout, true);
  auto before = old_contents(path);
  auto opened = open_sqlite_store(path, {.mode = open_mode::read_only});
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == errc::layout_too_old);
  CHECK_THAT(opened.error().message, Catch::Contains(path) && Catch::Contains("open it to write"));
  sqlite::connection db{path, sqlite::access::query, 1s};
  CHECK(db.number("PRAGMA user_version") == layout);
  CHECK(old_contents(path) == before);
}

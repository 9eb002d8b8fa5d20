#include <annals/persistence/sqlite/sqlite_store.hpp>

#include <annals/persistence/sqlite/opening.hpp>
#include <annals/persistence/sqlite/sqlite_writer.hpp>

#include <annals/testing/store_conformance.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <random>

#include <fcntl.h>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

TEST_CASE("the SQLite store keeps the port's promises") {
  temporary_folder folder;
  annals::testing::check_store_conformance(
      {[&] { return open_sqlite_store(folder.file("a.db"), {.lock_timeout = 60s}).value(); },
       true});
}

TEST_CASE("what an SQLite store acknowledges is on disk: every commit is synced") {
  temporary_folder folder;
  auto db = sqlite::open_main(folder.file("a.db"), {});
  CHECK(db->text("PRAGMA journal_mode") == "wal");
  CHECK(db->number("PRAGMA synchronous") == 2); // FULL
  CHECK(db->number("PRAGMA page_size") == 4096);
  CHECK(db->number("PRAGMA wal_autocheckpoint") == 4000);
  CHECK(open_sqlite_store(folder.file("a.db")).value()->blocks());
}

TEST_CASE("a reader's connection cannot write") {
  temporary_folder folder;
  auto db = sqlite::open_main(folder.file("a.db"), {});
  auto beside = sqlite::open_beside(*db);
  CHECK_THROWS_AS(beside->execute("DELETE FROM events"), error);
}

TEST_CASE("an SQLite store that is closed is one file") {
  temporary_folder folder;
  {
    auto store = open_sqlite_store(folder.file("a.db")).value();
    auto reader = store->open_reader().value();
    fill(*store, "a-1", 0, 10);
    CHECK(reader->last_position().value() == 10);
  }
  auto files = [&] {
    std::filesystem::directory_iterator begin{folder.path()};
    return std::distance(begin, std::filesystem::directory_iterator{});
  };
  CHECK(files() == 1);
  CHECK(whole_log(*open_sqlite_store(folder.file("a.db"), {.mode = open_mode::read_only}).value())
            .size()
        == 10);
  CHECK(files() == 1);
}

TEST_CASE("people can read the log with the database's own shell") {
  temporary_folder folder;
  auto store = open_sqlite_store(folder.file("a.db")).value();
  auto request = sample_request("bank.account-Zoë", 0, 2);
  request.events[0].time = parse_rfc3339("2011-10-01T06:08:58.256Z").value();
  request.events[1].time = parse_rfc3339("1969-12-31T23:59:59.999999Z").value();
  request.events[1].correlation_id = {};
  append(*store, request).value();

  auto db = sqlite::open_main(folder.file("a.db"), {.mode = open_mode::read_only});
  auto shown = [&](const std::string& column, int position) {
    return db->text(
        ("SELECT " + column + " FROM log WHERE position = " + std::to_string(position)).c_str());
  };
  CHECK(shown("stream", 1) == "bank.account-Zoë");
  CHECK(shown("time", 1) == "2011-10-01T06:08:58.256000Z");
  CHECK(shown("time", 2) == "1969-12-31T23:59:59.999999Z");
  CHECK(shown("id", 1) == to_string(request.events[0].id));
  CHECK(shown("correlation_id", 1) == to_string(request.events[0].correlation_id));
  CHECK(shown("correlation_id IS NULL", 2) == "1");
  CHECK(shown("causation_id", 2) == to_string(request.events[1].causation_id));
  CHECK(shown("type || payload || metadata", 1)
        == "bank.money_deposited{\"cents\":0}{\"user\":\"ann\"}");
}

// What there is to write beside events and models.
void check_other_writes_fail(event_store& store, errc code) {
  stored_snapshot snapshot{"a-1", 1, 1, 1, now(), "{}"};
  CHECK(store.save_snapshots({&snapshot, 1}, 1).error().code == code);
  CHECK(store.drop_snapshots("").error().code == code);
  CHECK(store.forget_outcomes(now(), 10).error().code == code);
  CHECK(append(store, with_outcome(sample_outcome("a-1"), 1)).error().code == code);
  CHECK(append(store, taking("a-1", "ann", 1)).error().code == code);
}

TEST_CASE("a writer waits for another one's lock as long as it was told, then says so") {
  temporary_folder folder;
  auto store = open_sqlite_store(folder.file("a.db"), {.lock_timeout = 50ms}).value();
  fill(*store, "a-1", 0, 1);
  auto other = sqlite::open_main(folder.file("a.db"), {});
  other->execute("BEGIN IMMEDIATE");

  std::vector requests{sample_request("a-1", 1), sample_request("a-2", 7)};
  auto begin = std::chrono::steady_clock::now();
  for (const auto& outcome : store->append(requests)) {
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code == errc::store_locked);
    CHECK_THAT(outcome.error().message, Catch::Contains(folder.file("a.db")));
  }
  CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
  CHECK(store->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_locked);
  check_other_writes_fail(*store, errc::store_locked);
  CHECK(whole_log(*store).size() == 1); // readers do not wait for writers

  other->execute("ROLLBACK");
  CHECK(fill(*store, "a-1", 1, 1) == appended{2, 2});
}

// Whether a process other than this one would find the file in use. SQLite marks that with a lock
// on bytes 2^30 + 2 and on, which the system takes away from a process that closes the file once.
bool is_in_use(const std::string& path) {
  child_process other{[&](const auto& report) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_start = (1 << 30) + 2;
    lock.l_len = 510;
    int file = open(path.c_str(), O_RDWR);
    report(fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);
  }};
  std::uint64_t answer = 0;
  CHECK(other.next(answer));
  return answer == 1;
}

TEST_CASE("opening a store that this process has open leaves its locks in place") {
  temporary_folder folder;
  auto path = folder.file("a.db");
  auto store = open_sqlite_store(path).value();
  CHECK(is_in_use(path));
  for (auto mode : {open_mode::create, open_mode::existing, open_mode::read_only})
    CHECK(open_sqlite_store(path, {.mode = mode}).has_value());
  CHECK(store->open_reader().has_value());
  CHECK(is_in_use(path));
  store.reset();
  CHECK_FALSE(is_in_use(path));
}

TEST_CASE("a store that was opened to be read only refuses to be written") {
  temporary_folder folder;
  auto writer = open_sqlite_store(folder.file("a.db")).value();
  fill(*writer, "a-1", 0, 1);
  auto store = open_sqlite_store(folder.file("a.db"), {.mode = open_mode::read_only}).value();
  CHECK(append(*store, sample_request("a-1", 1)).error().code == errc::store_read_only);
  CHECK(store->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_read_only);
  check_other_writes_fail(*store, errc::store_read_only);
  CHECK(whole_log(*store).size() == 1);
  fill(*writer, "a-1", 1, 1);
  CHECK(whole_log(*store).size() == 2);
}

TEST_CASE("more streams than a writer remembers are told apart all the same") {
  temporary_folder folder;
  auto db = sqlite::open_main(folder.file("a.db"), {});
  sqlite::sqlite_writer writer{*db, 4};
  std::minstd_rand random{1};
  std::vector<stream_version> version(50, 0);
  for (int round = 0; round < 100; ++round) {
    std::vector<append_request> requests;
    for (int i = 0; i < 20; ++i) {
      auto stream = random() % version.size();
      requests.push_back(sample_request(std::to_string(stream), version[stream]++));
      requests.push_back(sample_request(std::to_string(random() % version.size()), 999));
    }
    auto outcomes = writer.append(requests);
    for (std::size_t i = 0; i < outcomes.size(); i += 2) {
      CHECK(outcomes[i].has_value());
      CHECK(outcomes[i + 1].has_error());
    }
  }
}

TEST_CASE("people can read outcomes, reservations and snapshots with the database's own shell") {
  temporary_folder folder;
  auto store = open_sqlite_store(folder.file("a.db")).value();
  append(*store, with_outcome(sample_outcome("a-1"))).value();
  append(*store, taking("a-1", "ann")).value();
  auto db = sqlite::open_main(folder.file("a.db"), {.mode = open_mode::read_only});
  CHECK(db->text("SELECT stream || ' ' || command || ' ' || code FROM outcomes")
        == "a-1 withdraw rejected");
  CHECK(db->text("SELECT in_set || ' ' || value || ' ' || stream FROM reservations")
        == "bank.email ann a-1");
  CHECK(db->number("SELECT count(*) FROM snapshots") == 0);
}

TEST_CASE(
    "what is read of outcomes, values and snapshots is found by an index, whatever there is") {
  temporary_folder folder;
  (void)open_sqlite_store(folder.file("a.db")).value();
  auto db = sqlite::open_main(folder.file("a.db"), {.mode = open_mode::read_only});
  for (const auto* query :
       {"SELECT id FROM outcomes WHERE stream = 'a' AND time >= 1 ORDER BY time DESC, id DESC",
        "SELECT id FROM outcomes WHERE correlation_id = x'00'",
        "SELECT id FROM outcomes WHERE time < 1 ORDER BY time LIMIT 1",
        "SELECT 1 FROM outcomes WHERE stream = 'a' LIMIT 1",
        "SELECT stream FROM reservations WHERE in_set = 'a' AND value = 'b'",
        "SELECT state FROM snapshots WHERE stream = 'a' AND version <= 1 ORDER BY version DESC"}) {
    sqlite::statement plan{*db, ("EXPLAIN QUERY PLAN " + std::string{query}).c_str()};
    auto row = plan.run();
    REQUIRE(row.next());
    INFO(query);
    CHECK_THAT(std::string{row.text(3)}, Catch::StartsWith("SEARCH"));
    CHECK_FALSE(row.next()); // nothing is sorted afterwards
  }
}

TEST_CASE("a map of recent things keeps at least a generation and forgets the rest") {
  recent_map<int, int> map{3};
  for (int i = 0; i < 100; ++i) {
    CHECK(map.find(i) == nullptr);
    map.put(i, 10 * i);
    REQUIRE(map.find(0) != nullptr); // used again and again, so never forgotten
    CHECK(*map.find(0) == 0);
    CHECK(*map.find(i) == 10 * i);
    CHECK(map.size() <= 6);
  }
  map.clear();
  CHECK(map.find(0) == nullptr);
}

#include "tests/persistence/small_disk.hpp"
#include "tests/tools/ledger.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <csignal>

using annals::tests::child;
using annals::tests::ended;
using annals::tests::ledger;
using annals::tests::small_disk;
using Catch::Contains;

namespace {

const std::vector<ledger::arguments> reading{{"streams"},
                                             {"read", "ledger.account-0"},
                                             {"log"},
                                             {"state", "ledger.account", "0"},
                                             {"model", "balances"},
                                             {"projections"},
                                             {"export"},
                                             {"verify"}};

const std::vector<ledger::arguments> writing{
    {"ask", "ledger.account", "0", "deposit", R"({"cents":1})"},
    {"import"},
    {"rebuild", "balances"}};

// Another program's connection to the file, by SQLite's own means.
class connection {
public:
  explicit connection(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
  }
  ~connection() { sqlite3_close(db_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void execute(const std::string& sql) {
    char* why = nullptr;
    sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &why);
    INFO((why != nullptr ? why : ""));
    REQUIRE(why == nullptr);
  }

private:
  sqlite3* db_ = nullptr;
};

void write_file(const std::string& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

void cannot_be_used(const ledger& book, const std::vector<ledger::arguments>& lines,
                    const std::string& code) {
  for (auto line : lines) {
    line.insert(line.end(), {"--lock-timeout", "50"});
    auto end = book.run(line, ledger::lines(20));
    INFO(line.front() << ": " << end.err);
    CHECK(end.code == 5);
    CHECK(end.out.empty());
    CHECK_THAT(end.err, Contains("annals: " + code + ": ") && Contains("ledger.db"));
  }
}

} // namespace

TEST_CASE("reading a store that is not there creates nothing") {
  ledger book;
  cannot_be_used(book, reading, "not_found");
  cannot_be_used(book, {{"rebuild", "balances"}}, "not_found");
  CHECK(std::filesystem::is_empty(book.folder()));
}

TEST_CASE("a file that is no store is left alone") {
  ledger book;
  write_file(book.store(), std::string(5'000, 'x'));
  cannot_be_used(book, reading, "not_a_store");
  cannot_be_used(book, writing, "not_a_store");
  CHECK(ledger::contents(book.store()) == std::string(5'000, 'x'));
  write_file(book.store(), "");
  cannot_be_used(book, reading, "not_a_store");
}

TEST_CASE("a store of a newer layout is refused") {
  ledger book;
  book.fill(10);
  connection{book.store()}.execute("PRAGMA user_version = 999");
  cannot_be_used(book, reading, "layout_too_new");
  cannot_be_used(book, writing, "layout_too_new");
}

TEST_CASE("a store that another program locks can be read, and written when it is free again") {
  ledger book;
  book.fill(10);
  {
    connection other{book.store()};
    other.execute("BEGIN IMMEDIATE");
    cannot_be_used(book, writing, "store_locked");
    for (const auto& line : reading)
      CHECK(book.run(line).code == 0);
    other.execute("ROLLBACK");
  }
  book.deposit("0", 1);
}

TEST_CASE("a damaged payload is found by verify and stops an export by name") {
  ledger book;
  book.fill(10);
  connection{book.store()}.execute("UPDATE events SET payload = '{' WHERE position = 4");
  auto end = book.run({"verify"});
  CHECK(end.code == 6);
  CHECK_THAT(end.out, Contains("(position 4): its payload is not JSON"));
  CHECK(book.annals({"verify"}).code == 6);
  end = book.run({"export", book.file("log.jsonl")});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("annals: undecodable: ") && Contains("position 4"));
  CHECK(!std::filesystem::exists(book.file("log.jsonl")));
  end = book.run({"model", "balances"});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("'ledger.account-3'") && Contains("position 4"));
  CHECK(book.run({"log"}).code == 0);
}

TEST_CASE("a stream that has come apart is found by verify, though its events are all there") {
  for (const auto* damage : {"UPDATE events SET previous = 0 WHERE position = 22",
                             "DELETE FROM heads WHERE stream = 2"}) {
    ledger book;
    book.fill(30);
    connection{book.store()}.execute(damage);
    auto end = book.run({"verify"});
    INFO(damage << ": " << end.out << end.err);
    CHECK(end.code == 6);
    CHECK_THAT(end.out, Contains("'ledger.account-1'"));
  }
}

TEST_CASE("events that are missing are found by verify") {
  ledger book;
  book.fill(30);
  connection{book.store()}.execute("DELETE FROM events WHERE position = 12");
  auto end = book.run({"verify"});
  CHECK(end.code == 6);
  CHECK_THAT(end.out, Contains("(position 13) follows position 11: events between are missing")
                          && Contains("(position 22) follows version 1 of its stream")
                          && Contains("stream 'ledger.account-1' cannot be read: ")
                          && Contains("3 problems found"));
  end = book.run({"state", "ledger.account", "1"});
  CHECK(end.code == 5);
  CHECK_THAT(end.err, Contains("store_corrupt") && Contains("'ledger.account-1'"));
}

TEST_CASE("everything that only reads works on a disk that may only be read") {
  ledger book;
  book.fill(10);
  small_disk disk{book.folder() / "disk", "4m"};
  if (!disk.is_mounted())
    return;
  std::filesystem::copy_file(book.store(), book.folder() / "disk" / "ledger.db");
  disk.read_only(true);
  auto store = (book.folder() / "disk" / "ledger.db").string();
  for (auto line : reading) {
    line.insert(line.end(), {"--store", store});
    auto end = book.run(line);
    INFO(line.front() << ": " << end.err);
    CHECK(end.code == 0);
  }
  for (auto line : writing) {
    line.insert(line.end(), {"--store", store});
    auto end = book.run(line, ledger::lines(20));
    INFO(line.front() << ": " << end.err);
    CHECK(end.code == 5);
    CHECK_THAT(end.err, Contains("annals: store_read_only: ") && Contains(store));
  }
}

TEST_CASE("a full disk ends an import by name; what was stored stays, and it can go on later") {
  ledger book;
  small_disk disk{book.folder() / "disk", "4m"};
  if (!disk.is_mounted())
    return;
  auto store = (book.folder() / "disk" / "ledger.db").string();
  const int events = 40'000;
  auto end = book.run({"import", "--store", store}, ledger::lines(events));
  INFO(end.err);
  CHECK(end.code == 5);
  CHECK_THAT(end.err, Contains("annals: store_full: line ") && Contains("run it again to go on"));
  auto before = book.run({"export", "--store", store});
  CHECK(before.code == 0);
  auto all = ledger::lines(events);
  CHECK(!before.out.empty());
  CHECK(all.starts_with(before.out));
  auto export_end =
      book.run({"export", (book.folder() / "disk" / "log").string(), "--store", store});
  CHECK(export_end.code == 1);
  CHECK_THAT(export_end.err, Contains("annals: output: ") && Contains("No space left on device"));
  for (const auto& entry : std::filesystem::directory_iterator{book.folder() / "disk"})
    CHECK_THAT(entry.path().filename().string(), Catch::StartsWith("ledger.db"));
}

TEST_CASE("output that cannot be written is an error") {
  ledger book;
  book.fill(10);
  for (auto line : reading) {
    auto setup = book.setup(line);
    setup.out_file = "/dev/full";
    auto end = annals::tests::run_to_end(setup);
    INFO(line.front());
    CHECK(end.code == 1);
    CHECK(end.err == "annals: output: cannot write to standard output: No space left on device\n");
  }
}

TEST_CASE("a running application's store can be looked into meanwhile") {
  ledger book;
  auto setup = book.setup({});
  setup.environment.push_back("LEDGER_PROGRAM=for ever");
  child application{setup};
  application.wait_for_out("started");
  for (const auto& line : std::vector<ledger::arguments>{{"streams"},
                                                         {"log", "--limit", "1"},
                                                         {"projections"},
                                                         {"verify"},
                                                         {"model", "balances"},
                                                         {"state", "ledger.account", "program"},
                                                         {"export", book.file("log.jsonl")}}) {
    auto end = book.run(line);
    INFO(line.front() << ": " << end.err);
    CHECK(end.code == 0);
  }
  application.signal(SIGTERM);
  CHECK(application.wait().code == 143);
}

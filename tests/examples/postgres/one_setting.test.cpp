// The examples and the command line on PostgreSQL: what differs is the value of --store.

#include "examples/loans/row.hpp"
#include "tests/examples/files.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace annals::tests;

namespace {

postgres_server& server() {
  static postgres_server running;
  return running;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// What a program that ends well writes.
std::string output_of(const std::vector<std::string>& arguments) {
  auto end = run(arguments);
  INFO(end.out << end.err);
  CHECK(end.code == 0);
  return end.out;
}

// A bank's log of that many applications with 12 rows each.
std::string log_of(int applications) {
  auto text = std::string{loans::header} + "\n";
  for (int i = 0; i < applications; ++i) {
    auto row = [&](const std::string& activity, const std::string& transition) {
      text += "2012-01-02T03:04:05.678Z,app-" + std::to_string(i) + ',' + activity + ','
              + transition + ",112,5000\n";
    };
    row("A_SUBMITTED", "COMPLETE");
    row("A_PARTLYSUBMITTED", "COMPLETE");
    row("W_Afhandelen leads", "SCHEDULE");
    for (int n = 0; n < 9; ++n)
      row("W_Afhandelen leads", n % 2 == 0 ? "START" : "COMPLETE");
  }
  return text;
}

} // namespace

TEST_CASE("the bank tells its story on PostgreSQL, twice in the same schema") {
  auto store = server().store_url("bank");
  for (int time = 0; time < 2; ++time)
    CHECK(has(output_of({BANK_PROGRAM, "--store", store}), "\nAll 12 claims hold.\n"));
  CHECK(has(output_of({BANK_PROGRAM, "verify", "--store", store}), "nothing found"));
  CHECK(has(output_of({BANK_PROGRAM, "model", "bank.users", "--store", store}),
            "countess@example.org"));
  CHECK(has(output_of({BANK_PROGRAM, "projections", "--store", store}), "lag 0"));
  CHECK(has(output_of({BANK_PROGRAM, "rebuild", "bank.accounts", "--store", store}), "rebuilt"));
  CHECK(has(output_of({BANK_PROGRAM, "snapshots", "drop", "--store", store}), "dropped"));
}

TEST_CASE("the loans have the same read models on PostgreSQL as on SQLite") {
  const temporary_folder folder;
  auto csv = folder.file("log.csv");
  write_file(csv, log_of(300));
  std::vector<std::string> models;
  for (const auto& store : {server().store_url("loans"), folder.file("loans.db")}) {
    auto first = output_of({LOANS_PROGRAM, "take-in", csv, "--store", store});
    CHECK(has(first, ": 3,600 accepted, 0 repeated, 0 rejected\n"));
    auto again = output_of({LOANS_PROGRAM, "take-in", csv, "--store", store});
    CHECK(has(again, ": 0 accepted, 3,600 repeated, 0 rejected\n"));
    CHECK(has(output_of({LOANS_PROGRAM, "verify", "--store", store}), "nothing found"));
    for (auto name : {"loans.outcomes", "loans.activities", "loans.durations"})
      models.push_back(output_of({LOANS_PROGRAM, "model", name, "--json", "--store", store}));
  }
  CHECK(models[0] == models[3]);
  CHECK(models[1] == models[4]);
  CHECK(models[2] == models[5]);
}

TEST_CASE("a log goes from PostgreSQL to SQLite and back without a change") {
  const temporary_folder folder;
  auto store = server().store_url("source");
  output_of({BANK_PROGRAM, "--store", store});
  auto exported = output_of({BANK_PROGRAM, "export", "--store", store});
  auto file = folder.file("log.jsonl");
  write_file(file, exported);
  // The bank's process managers have their say beside the scenario: how often depends on its pace.
  auto events = std::to_string(std::count(exported.begin(), exported.end(), '\n'));
  REQUIRE(events != "0");
  for (const auto& target : {folder.file("copy.db"), server().store_url("back")}) {
    CHECK(has(output_of({BANK_PROGRAM, "import", file, "--store", target}),
              "imported " + events + " events"));
    CHECK(output_of({BANK_PROGRAM, "export", "--store", target}) == exported);
    CHECK(has(output_of({BANK_PROGRAM, "import", file, "--store", target}),
              events + " had been there"));
  }
}

TEST_CASE("a PostgreSQL store that is not there ends the command line with code 5") {
  auto end = run({BANK_PROGRAM, "streams", "--store", server().store_url("nowhere")});
  CHECK(end.code == 5);
  CHECK(has(end.err, "annals_schema=nowhere"));
}

#include "tests/tools/ledger.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <set>

using annals::tests::child;
using annals::tests::ledger;
using Catch::Contains;

namespace {

// Small enough for a test: it is about what is measured, never about how fast.
ledger::arguments small_bench(const ledger& book, std::initializer_list<std::string> more) {
  ledger::arguments line{"bench",
                         "--folder",
                         book.folder().string(),
                         "--seconds",
                         "0.02",
                         "--rounds",
                         "2",
                         "--aggregates",
                         "1,3",
                         "--from-actors",
                         "1,70",
                         "--from-threads",
                         "2",
                         "--stream-events",
                         "2,20",
                         "--live-aggregates",
                         "10",
                         "--touched",
                         "30",
                         "--long-stream",
                         "3000",
                         "--rebuild-events",
                         "3000",
                         "--overrun-seconds",
                         "0.2",
                         "--lease-time",
                         "300"};
  line.insert(line.end(), more);
  return line;
}

std::set<std::string> parts_of(const boost::json::value& run) {
  std::set<std::string> parts;
  for (const auto& one : run.at("figures").as_array()) {
    CHECK(one.at("perSecond").as_double() > 0);
    parts.emplace(one.at("what").as_string());
  }
  return parts;
}

bool leaves_nothing(const ledger& book) {
  for (const auto& entry : std::filesystem::directory_iterator{book.folder()})
    if (entry.path().filename().string().starts_with("annals-bench-"))
      return false;
  return true;
}

} // namespace

TEST_CASE("bench measures every part, the program's own projections too, and leaves nothing") {
  ledger book;
  book.deposit("a", 5);
  auto end = book.run(small_bench(book, {"--json"}));
  INFO(end.err);
  REQUIRE(end.code == 0);
  auto run = boost::json::parse(end.out);
  CHECK(parts_of(run)
        == std::set<std::string>{"file", "caf", "ask", "store", "guarded", "lag", "beside",
                                 "load one", "first command", "load", "log", "rebuild", "nodes"});
  CHECK_FALSE(run.at("targets").as_array().empty());
  CHECK(leaves_nothing(book));
}

TEST_CASE("bench shows tables of the parts that are asked for, and saves them as JSON as well") {
  ledger book;
  auto end = book.run(small_bench(book, {"caf", "--save", book.file("figures.json")}));
  INFO(end.err);
  REQUIRE(end.code == 0);
  CHECK(parts_of(boost::json::parse(ledger::contents(book.file("figures.json"))))
        == std::set<std::string>{"caf"});
  CHECK_THAT(end.out, Contains("Bare CAF"));
  CHECK_THAT(end.out, !Contains("From asking"));
}

TEST_CASE("bench refuses parts and folders that are not there by name") {
  ledger book;
  auto end = book.run({"bench", "disk"});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Contains("disk") && Contains("lengths"));
  end = book.run({"bench", "file", "--folder", "/nowhere"});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("/nowhere"));
}

TEST_CASE("a signal ends each part of bench, and its files are removed") {
  for (const auto* part : {"file", "caf", "ask", "lengths"})
    for (int signal : {SIGINT, SIGTERM}) {
      ledger book;
      child running{book.setup({"bench", part, "--seconds", "600", "--folder",
                                book.folder().string(), "--stream-events", "2"})};
      running.wait_for_err("bench: ");
      running.signal(signal);
      auto end = running.wait();
      INFO(part << ": " << end.err);
      CHECK(end.code == 128 + signal);
      CHECK_THAT(end.err, Contains("annals: interrupted: ") && Contains("its files are removed"));
      CHECK(leaves_nothing(book));
    }
}

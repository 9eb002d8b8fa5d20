#include "examples/loans/row.hpp"
#include "tests/examples/files.hpp"
#include "tests/examples/loans/stored_log.hpp"
#include "tests/examples/program.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>

using namespace annals::tests;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string line(int application, const std::string& activity, const std::string& transition) {
  return "2012-01-02T03:04:05.678Z,app-" + std::to_string(application) + "," + activity + ","
         + transition + ",112,5000\n";
}

// A log of that many applications with 12 rows each.
std::string log_of(int applications) {
  std::string text = std::string{loans::header} + "\n";
  for (int i = 0; i < applications; ++i) {
    text += line(i, "A_SUBMITTED", "COMPLETE") + line(i, "A_PARTLYSUBMITTED", "COMPLETE")
            + line(i, "W_Afhandelen leads", "SCHEDULE");
    for (int n = 0; n < 9; ++n)
      text += line(i, "W_Afhandelen leads", n % 2 == 0 ? "START" : "COMPLETE");
  }
  return text;
}

// A log in a folder of its own, with a store beside it.
class setting {
public:
  explicit setting(const std::string& log) { write_log(log); }

  void write_log(const std::string& log) { write_file(csv, log); }

  std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{LOANS_PROGRAM, "take-in", csv, "--store", store};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  program_end take_in(std::vector<std::string> more = {}) const {
    return run(arguments(std::move(more)));
  }

  std::size_t events_stored() const {
    return loans::whole_log(*loans::left_store{store}.reader).size();
  }

private:
  temporary_folder folder_;

public:
  const std::string csv = folder_.file("log.csv");
  const std::string store = folder_.file("loans.db");
};

} // namespace

TEST_CASE("rows are taken in once, however often the log is") {
  const setting here{log_of(20)};
  const auto first = here.take_in();
  CHECK(first.err == "");
  CHECK(first.code == 0);
  CHECK(has(first.out, ": 240 accepted, 0 repeated, 0 rejected\n"));
  CHECK(has(first.out, "undecided"));
  const auto second = here.take_in({"--in-flight", "1"});
  CHECK(second.code == 0);
  CHECK(has(second.out, ": 0 accepted, 240 repeated, 0 rejected\n"));
  CHECK(here.events_stored() == 240);
}

TEST_CASE("the store need not outlive the program") {
  const setting here{log_of(5)};
  const auto end = run({LOANS_PROGRAM, "take-in", here.csv});
  CHECK(end.code == 0);
  CHECK(has(end.out, ": 60 accepted, 0 repeated, 0 rejected\n"));
}

TEST_CASE("the store may be named before the subcommand") {
  const setting here{log_of(1)};
  CHECK(run({LOANS_PROGRAM, "--store", here.store, "take-in", here.csv}).code == 0);
  const auto end = run({LOANS_PROGRAM, "--store=" + here.store, "take-in", here.csv});
  CHECK(has(end.out, ": 0 accepted, 12 repeated, 0 rejected\n"));
  CHECK(here.events_stored() == 12);
}

TEST_CASE("a row cut short ends it, and the rows before are kept and acknowledged") {
  const auto whole = log_of(20);
  setting here{whole.substr(0, whole.size() / 2) + "\n" + log_of(3)};
  program running{here.arguments({"--acknowledge", "3"})};
  std::set<std::string> acknowledged;
  for (std::string line; running.next_line(line);)
    acknowledged.insert(line);
  const auto end = running.wait();
  CHECK(end.code == 1);
  const auto stored = here.events_stored();
  CHECK(stored > 50);
  CHECK(acknowledged.size() == stored);
  const auto at = here.csv + ":" + std::to_string(stored + 2) + ": ";
  CHECK(has(end.err, at));

  here.write_log(whole);
  CHECK(has(here.take_in().out, " " + std::to_string(stored) + " repeated, 0 rejected\n"));
  CHECK(here.events_stored() == 240);
}

TEST_CASE("a rejected row is named, and so are those that cannot follow it") {
  const setting here{std::string{loans::header} + "\n" + line(1, "A_SUBMITTED", "COMPLETE")
                     + line(1, "A_RETURNED", "COMPLETE") + line(1, "A_PARTLYSUBMITTED", "COMPLETE")
                     + line(2, "A_SUBMITTED", "COMPLETE")};
  const auto end = here.take_in();
  CHECK(end.code == 3);
  CHECK(has(end.out, ": 2 accepted, 0 repeated, 2 rejected\n"));
  CHECK(has(end.err, "rejected: line 3: unknown activity 'A_RETURNED'\n"));
  CHECK(has(end.err, "rejected: line 4: activity 3 cannot follow activity 1\n"));
}

TEST_CASE("of many rejected rows the first are named") {
  std::string log = std::string{loans::header} + "\n";
  for (int i = 0; i < 30; ++i)
    log += line(i, "A_APPROVED", "COMPLETE");
  const auto end = setting{log}.take_in();
  CHECK(end.code == 3);
  CHECK(has(end.err, "rejected: line 2: an application begins with its submission\n"));
  CHECK(has(end.err, "rejected: line 11: "));
  CHECK_FALSE(has(end.err, "rejected: line 12: "));
  CHECK(has(end.err, "rejected: 20 more\n"));
}

TEST_CASE("a signal stops it in order, and the next run goes on") {
  const int signal = GENERATE(SIGINT, SIGTERM);
  const setting here{log_of(4000)};
  program running{here.arguments({"--acknowledge", "3", "--in-flight", "64"})};
  std::string line;
  std::size_t acknowledged = 0;
  REQUIRE(running.next_line(line));
  running.signal(signal);
  for (acknowledged = 1; running.next_line(line);)
    ++acknowledged;
  const auto end = running.wait();
  CHECK(end.code == 128 + signal);
  CHECK(has(end.err, signal == SIGINT ? "SIGINT: stopped after line " : "SIGTERM: stopped"));
  CHECK(acknowledged < 48'000);
  CHECK(here.events_stored() == acknowledged);

  CHECK(here.take_in().code == 0);
  CHECK(here.events_stored() == 48'000);
}

TEST_CASE("when nobody reads the acknowledgements any more, it stops and says so") {
  const setting here{log_of(4000)};
  program running{here.arguments({"--acknowledge", "3", "--in-flight", "64"})};
  std::string line;
  REQUIRE(running.next_line(line));
  running.hang_up();
  const auto end = running.wait();
  CHECK(end.code == 1);
  CHECK(has(end.err, "nobody reads the acknowledgements any more"));
  CHECK(here.events_stored() < 48'000);
}

TEST_CASE("a log or a store that cannot be used is named") {
  const setting here{log_of(1)};
  const auto none = run({LOANS_PROGRAM, "take-in", here.csv + ".none", "--store", here.store});
  CHECK(none.code == 1);
  CHECK(has(none.err, "log.csv.none: cannot be opened: No such file or directory"));

  write_file(here.store, std::string(10'000, 'x'));
  const auto no_store = here.take_in();
  CHECK(no_store.code == 5);
  CHECK(has(no_store.err, "loans.db"));
}

TEST_CASE("a wrong command line is refused") {
  const setting here{log_of(1)};
  CHECK(run({LOANS_PROGRAM, "take-in"}).code == 2);
  CHECK(here.take_in({"--in-flight", "0"}).code == 2);
  CHECK(here.take_in({"--in-flight", "many"}).code == 2);
  CHECK(here.take_in({"--quickly"}).code == 2);
  CHECK(here.take_in({"--acknowledge", "-1"}).code == 2);
  const auto not_open = here.take_in({"--acknowledge", "9"});
  CHECK(not_open.code == 2);
  CHECK(has(not_open.err, "--acknowledge: file 9 is not open"));
  CHECK(run({LOANS_PROGRAM}).code == 2);
  const auto help = run({LOANS_PROGRAM, "take-in", "--help"});
  CHECK(help.code == 0);
  CHECK(has(help.out, "--in-flight"));
}

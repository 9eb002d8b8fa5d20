#include "tests/tools/ledger.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>

using annals::tests::child;
using annals::tests::ended;
using annals::tests::ledger;
using Catch::Contains;

namespace {

// A subcommand that stands still in the middle of its work until `go_on`.
class paused {
public:
  paused(const ledger& book, ledger::arguments line)
      : folder_{book.folder() / "pause"}, child_{setup_of(book, std::move(line), folder_)} {
    child_.wait_until([&] { return std::filesystem::exists(folder_ / "paused"); }, "its pause");
  }

  // Sends the signal, and lets it go on when it has taken notice.
  ended stop(int signal) {
    child_.signal(signal);
    child_.wait_for_err("annals: stopping");
    std::ofstream{folder_ / "go"};
    return child_.wait();
  }

  child& process() { return child_; }

private:
  static annals::tests::child_setup setup_of(const ledger& book, ledger::arguments line,
                                             const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    auto setup = book.setup(std::move(line));
    setup.environment.push_back("LEDGER_PAUSE=" + folder.string());
    return setup;
  }

  std::filesystem::path folder_;
  child child_;
};

std::string stored_events(const ledger& book) { return book.run({"export"}).out; }

} // namespace

TEST_CASE("log --follow shows events as they come, and ends with a signal") {
  ledger book;
  book.deposit("a", 1);
  for (int signal : {SIGINT, SIGTERM}) {
    child log{book.setup({"log", "--follow"})};
    log.wait_for_out("ledger.account-a v1");
    auto account = "b" + std::to_string(signal);
    book.deposit(account, 2);
    log.wait_for_out("ledger.account-" + account + " v1");
    log.signal(signal);
    auto end = log.wait();
    CHECK(end.code == 128 + signal);
    CHECK_THAT(end.err, Catch::StartsWith(signal == SIGINT ? "annals: interrupted: SIGINT: stopped"
                                                           : "annals: interrupted: SIGTERM: "));
  }
}

TEST_CASE("log --follow ends by itself at its limit") {
  ledger book;
  book.deposit("a", 1);
  child log{book.setup({"log", "--follow", "--limit", "2"})};
  log.wait_for_out("v1");
  book.deposit("a", 1);
  CHECK(log.wait().code == 0);
}

TEST_CASE("whoever prints into a pipe ends quietly when nobody reads it any more") {
  ledger book;
  book.fill(5'000);
  for (const ledger::arguments& line : {ledger::arguments{"log"},
                                        {"log", "--json"},
                                        {"read", "ledger.account-1"},
                                        {"export"},
                                        {"log", "--follow"},
                                        {"log", "--follow", "--from", "5000"}}) {
    child reader{book.setup(line)};
    reader.wait_for_out("\n");
    reader.close_output();
    auto end = reader.wait();
    CHECK(end.code == 0);
    CHECK(end.err.empty());
  }
}

TEST_CASE("a signal ends whoever waits for a slow reader of its output") {
  ledger book;
  auto text = ledger::lines(5'000, 0, 5'000);
  REQUIRE(book.run({"import"}, text).code == 0);
  for (const ledger::arguments& line :
       {ledger::arguments{"streams"}, {"log"}, {"log", "--json"}, {"export"}})
    for (int signal : {SIGINT, SIGTERM}) {
      child writer{book.setup(line)};
      writer.hold_output();
      writer.wait_until([&] { return writer.waiting_output() >= 4'096; }, "output");
      writer.signal(signal);
      auto end = writer.wait();
      INFO(line.front() << ": " << end.err);
      CHECK(end.code == 128 + signal);
      CHECK_THAT(end.err,
                 Contains("interrupted") && Contains("stopped while standard output took no more"));
    }
}

TEST_CASE("a rebuild that is stopped leaves the stored read model as it was") {
  ledger book;
  book.fill(1'500, 1'200);
  auto before = book.run({"projections"}).out;
  for (int signal : {SIGINT, SIGTERM}) {
    paused rebuild{book, {"rebuild", "balances"}};
    auto end = rebuild.stop(signal);
    CHECK(end.code == 128 + signal);
    CHECK_THAT(end.err, Contains("the read model that was stored before is as it was"));
    CHECK(end.out.empty());
    CHECK(book.run({"projections"}).out == before);
    std::filesystem::remove_all(book.folder() / "pause");
  }
  CHECK(book.run({"rebuild", "balances"}).code == 0);
}

TEST_CASE("verify, model and state stop in the middle of their work") {
  ledger book;
  book.fill(3'000, 1'200); // in a batch that is not the last
  for (const ledger::arguments& line :
       {ledger::arguments{"verify"}, {"model", "balances"}, {"state", "ledger.account", "9"}})
    for (int signal : {SIGINT, SIGTERM}) {
      paused running{book, line};
      auto end = running.stop(signal);
      INFO(line.front() << ": " << end.err);
      CHECK(end.code == 128 + signal);
      CHECK_THAT(end.err, Contains("annals: interrupted: "));
      CHECK(end.out.empty());
      std::filesystem::remove_all(book.folder() / "pause");
    }
}

TEST_CASE("a second signal ends at once") {
  ledger book;
  book.fill(10, 5);
  paused running{book, {"verify"}};
  running.process().signal(SIGINT);
  running.process().wait_for_err("annals: stopping");
  running.process().signal(SIGINT);
  CHECK(running.process().wait().code == 130);
}

TEST_CASE("an import that is stopped can be run again, and nothing is there twice or missing") {
  ledger book;
  const auto all = ledger::lines(5'000);
  for (int signal : {SIGINT, SIGTERM}) {
    ledger copy;
    child import{copy.setup({"import"})};
    import.send(std::string_view{all}.substr(0, all.size() / 2)); // ends within a line
    // As much of it has been stored as one group: it is in the middle now.
    import.wait_until(
        [&] { return copy.run({"log", "--limit", "1"}).out.find("v1") != std::string::npos;
  },
        "a first group");
  import.signal(signal);
  auto end = import.wait();
  CHECK(end.code == 128 + signal);
  CHECK_THAT(end.err, Contains("annals: interrupted: ") && Contains("run it again to go on"));
  auto stored = stored_events(copy);
  CHECK(!stored.empty());
  CHECK(all.starts_with(stored));
  CHECK(copy.run({"verify"}).code == 0);
  CHECK(copy.run({"import"}, all).code == 0);
  CHECK(stored_events(copy) == all);
}
}

TEST_CASE("an export to a file that is stopped leaves the old file, or the whole new one") {
  ledger book;
  book.fill(20'000);
  auto file = book.file("log.jsonl");
  std::ofstream{file} << "old";
  child writer{book.setup({"export", file})};
  auto begun = [&] {
    std::filesystem::directory_iterator entries{book.folder()};
    return std::any_of(begin(entries), end(entries), [](const auto& entry) {
      return entry.path().string().find(".part-") != std::string::npos;
    });
  };
  writer.wait_until([&] { return begun() || ledger::contents(file) != "old"; }, "its file");
  writer.signal(SIGINT);
  auto end = writer.wait();
  CHECK(!begun());
  if (end.code == 130)
    CHECK(ledger::contents(file) == "old");
  else
    CHECK(ledger::contents(file) == ledger::lines(20'000));
}

TEST_CASE("ask that is stopped while the command is decided prints the receipt, which holds") {
  for (int signal : {SIGINT, SIGTERM}) {
    ledger book;
    paused ask{book, {"ask", "ledger.account", "a", "ponder", "{}"}};
    auto end = ask.stop(signal);
    INFO(end.err);
    CHECK(end.code == 128 + signal);
    CHECK_THAT(end.out, Contains("ledger.account-a v1: 1 event up to position 1"));
    CHECK_THAT(end.err, Contains("the command was carried out before the stop"));
    CHECK(book.run({"streams"}).out == "ledger.account-a v1\n");
  }
}

TEST_CASE("a signal ends whoever waits for its input") {
  for (const ledger::arguments& line :
       {ledger::arguments{"ask", "ledger.account", "a", "deposit", "-"}, {"import"}})
    for (int signal : {SIGINT, SIGTERM}) {
      ledger book;
      child running{book.setup(line)};
      running.signal_when_ready(signal);
      auto end = running.wait();
      CHECK(end.code == 128 + signal);
      CHECK_THAT(end.err, Contains("annals: interrupted: "));
    }
}

TEST_CASE("a program that is stopped has acknowledged exactly what is stored") {
  for (int signal : {SIGINT, SIGTERM}) {
    ledger book;
    auto setup = book.setup({});
    setup.environment.push_back("LEDGER_PROGRAM=for ever");
    child program{setup};
    program.wait_for_out("started\n");
    program.signal(signal);
    auto end = program.wait();
    CHECK(end.code == 128 + signal);
    CHECK_THAT(end.err, Contains("annals: interrupted: "));
    auto events = stored_events(book);
    auto count = std::count(events.begin(), events.end(), '\n');
    CHECK_THAT(end.out, Contains("acknowledged " + std::to_string(count) + "\n"));
    CHECK(book.run({"verify"}).code == 0);
  }
}

TEST_CASE("a program that throws because its node was stopped ends as the signal says") {
  ledger book;
  for (int signal : {SIGINT, SIGTERM}) {
    auto setup = book.setup({});
    setup.environment.push_back("LEDGER_PROGRAM=trusting");
    child program{setup};
    program.wait_for_out("started\n");
    program.signal(signal);
    auto end = program.wait();
    CHECK(end.code == 128 + signal);
    CHECK_THAT(end.err, Contains("the program has stopped"));
  }
}

#include "tests/tools/ledger.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using annals::tests::ended;
using annals::tests::ledger;
using Catch::Contains;

namespace {

boost::json::value json(const std::string& text) { return boost::json::parse(text); }

} // namespace

TEST_CASE("a command is asked for, and its receipt printed") {
  ledger book;
  auto end = book.run({"ask", "ledger.account", "a", "deposit", R"({"cents":5})"});
  CHECK(end.code == 0);
  CHECK_THAT(end.out, Contains("ledger.account-a v1: 1 event up to position 1 (command "));
  CHECK(end.err.empty());

  end = book.run({"ask", "ledger.account", "a", "deposit", "-", "--json"}, R"({"cents":6})");
  CHECK(end.code == 0);
  auto receipt = json(end.out);
  CHECK(receipt.at("stream") == "ledger.account-a");
  CHECK(receipt.at("version") == 2);
  CHECK(receipt.at("position") == 2);
  CHECK(receipt.at("repeated") == false);
}

TEST_CASE("a rejected command has an exit code of its own and leaves no event") {
  ledger book;
  book.deposit("a", 5);
  auto end = book.run({"ask", "ledger.account", "a", "withdraw", R"({"cents":6})"});
  CHECK(end.code == 3);
  CHECK(end.out.empty());
  CHECK(end.err == "annals: rejected: insufficient funds\n");
  CHECK(book.run({"streams"}).out == "ledger.account-a v1\n");
}

TEST_CASE("a command that is sent again with its id has no second effect") {
  ledger book;
  const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
  const ledger::arguments line{
      "ask", "ledger.account", "a", "deposit", R"({"cents":5})", "--command-id", id, "--json"};
  auto first = json(book.run(line).out);
  auto second = json(book.run(line).out);
  CHECK(first.at("commandID").as_string() == id);
  CHECK(second.at("repeated") == true);
  CHECK(second.at("position") == first.at("position"));
  CHECK(book.run({"streams"}).out == "ledger.account-a v1\n");
}

TEST_CASE("correlation id and metadata are stored and can be found") {
  ledger book;
  const std::string id = "01890a5d-ac96-774b-bcce-b302099a8058";
  book.deposit("other", 1);
  book.run({"ask", "ledger.account", "a", "deposit", R"({"cents":5})", "--correlation-id", id,
            "--metadata", R"({"by":"Ann"})"});
  auto end = book.run({"log", "--correlation", id, "--json"});
  auto envelope = json(end.out);
  CHECK(envelope.at("correlationID").as_string() == id);
  CHECK(envelope.at("sourceID") == "ledger.account-a");
  CHECK(envelope.at("metadata").at("by") == "Ann");
}

TEST_CASE("options stand before or after the subcommand, and an id may be named like one") {
  ledger book;
  auto store = book.file("other.db");
  CHECK(book.run({"--store", store, "--json", "ask", "ledger.account", "log", "deposit",
                  R"({"cents":5})"})
            .code
        == 0);
  auto end = book.run({"state", "ledger.account", "log", "--json", "--store=" + store});
  CHECK(json(end.out).at("state").at("balance") == 5);
}

TEST_CASE("an instance's state is shown as it is, at a version, and at a time") {
  ledger book;
  book.fill(30);
  CHECK(book.run({"state", "ledger.account", "3"}).out == "ledger.account-3 v3\n{\"balance\":3}\n");
  CHECK(book.run({"state", "ledger.account", "3", "--at", "2"}).out
        == "ledger.account-3 v2\n{\"balance\":2}\n");
  auto at_time = [&](const std::string& time) {
    return book.run({"state", "ledger.account", "3", "--at", time, "--json"}).out;
  };
  CHECK(json(at_time("2011-10-01T06:08:58Z")).at("version") == 0);
  CHECK(json(at_time("2011-10-01T08:08:58.256+02:00")).at("version") == 3);
  auto end = book.run({"state", "ledger.account", "3", "--at", "4"});
  CHECK(end.code == 4);
  CHECK_THAT(end.err, Contains("at version 3"));
  CHECK(book.run({"state", "ledger.account", "3", "--at", "yesterday"}).code == 2);
}

TEST_CASE("streams are listed, as lines and as JSON lines") {
  ledger book;
  book.fill(12);
  auto text = book.run({"streams"}).out;
  CHECK_THAT(text, Catch::StartsWith("ledger.account-0 v2\nledger.account-1 v2\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  auto line = book.run({"streams", "--json"}).out;
  auto first = json(line.substr(0, line.find('\n')));
  CHECK(first.at("aggregate") == "ledger.account");
  CHECK(first.at("id") == "0");
  CHECK(first.at("version") == 2);
}

TEST_CASE("a stream is read from a version, to a version, backwards, with a limit") {
  ledger book;
  book.fill(30'000);
  auto versions = [&](ledger::arguments line) {
    line.insert(line.begin(), {"read", "ledger.account-1", "--json"});
    auto end = book.run(line);
    CHECK(end.code == 0);
    std::vector<std::int64_t> found;
    std::istringstream text{end.out};
    for (std::string each; std::getline(text, each);)
      found.push_back(json(each).at("version").as_int64());
    return found;
  };
  using list = std::vector<std::int64_t>;
  CHECK(versions({"--from", "2998"}) == list{2998, 2999, 3000});
  CHECK(versions({"--to", "2"}) == list{1, 2});
  CHECK(versions({"--from", "5", "--to", "7", "--backwards"}) == list{7, 6, 5});
  CHECK(versions({"--backwards", "--limit", "2"}) == list{3000, 2999});
  CHECK(versions({"--from", "7", "--to", "5"}).empty());
  auto all = versions({"--backwards"});
  CHECK(all.size() == 3000);
  CHECK(all.back() == 1);
  CHECK(book.run({"read", "ledger.account-nobody"}).code == 4);
}

TEST_CASE("the log is printed from a position, with a limit, for people and for machines") {
  ledger book;
  book.fill(2'500);
  auto text = book.run({"log", "--from", "2499"}).out;
  CHECK(text
        == "    2499  2011-10-01T06:08:58.256000Z  ledger.account-8 v250  ledger.deposited  "
           "{\"cents\":1,\"remark\":null}\n"
           "    2500  2011-10-01T06:08:58.256000Z  ledger.account-9 v250  ledger.deposited  "
           "{\"cents\":1,\"remark\":null}\n");
  auto all = book.run({"log", "--json", "--limit", "2001"}).out;
  CHECK(all == ledger::lines(2001));
}

TEST_CASE("a read model is shown as it is at the end of the log, and rebuilt") {
  ledger book;
  book.fill(10);
  const std::string model =
      R"({"by_account":{"0":1,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1}})";
  CHECK(book.run({"model", "balances"}).out == model + "\n");
  CHECK(book.run({"projections"}).out
        == "balances  position 0 of 10, lag 10 (not stored yet)\n"
           "lines     position 0 of 10, lag 10 (not stored yet)\n");
  auto end = book.run({"rebuild", "balances"});
  CHECK(end.code == 0);
  CHECK_THAT(end.out, Contains("rebuilt balances up to position 10"));
  CHECK_THAT(end.err, Contains("rebuild balances:100%, 10 events, "));
  book.deposit("0", 7);
  auto listed = json(book.run({"projections", "--json"}).out);
  CHECK(listed.at(0).at("name") == "balances");
  CHECK(listed.at(0).at("position") == 10);
  CHECK(listed.at(0).at("lag") == 1);
  auto shown = json(book.run({"model", "balances", "--json"}).out);
  CHECK(shown.at("position") == 11);
  CHECK(shown.at("model").at("by_account").at("0") == 8);
}

TEST_CASE("on a terminal a rebuild shows a bar with its rate and the time left") {
  ledger book;
  book.fill(5'000);
  auto setup = book.setup({"rebuild", "balances"});
  setup.terminal = true;
  auto end = annals::tests::run_to_end(setup);
  CHECK(end.code == 0);
  CHECK_THAT(end.err, Contains("\r\x1b[Krebuild balances  [") && Contains("] ") && Contains("%")
                          && Contains(" events/s, 0:0") && Contains(" left"));
  CHECK_THAT(end.err, !Contains("\n"));
}

TEST_CASE("an export and its import give the same log, and read models") {
  ledger book;
  book.fill(3'003);
  ledger copy;
  auto file = book.file("log.jsonl");
  auto end = book.run({"export", file});
  CHECK(end.out == "exported 3,003 events to " + file + "\n");
  CHECK(ledger::contents(file) == ledger::lines(3'003));
  CHECK(copy.annals({"import", file}).out == "imported 3,003 events, 0 had been there\n");
  CHECK(copy.annals({"export"}).out == ledger::lines(3'003));
  CHECK(copy.run({"model", "balances"}).out == book.run({"model", "balances"}).out);
  CHECK(copy.annals({"import", file}).out == "imported 0 events, 3,003 had been there\n");
  CHECK(copy.run({"verify"}).out == "looked at 3,003 events of 10 streams: nothing found\n");
}

TEST_CASE("help is there for everything, and says what the exit codes mean") {
  ledger book;
  auto all = book.run({"--help"});
  CHECK(all.code == 0);
  for (const auto* name : {"ask", "state", "streams", "read", "log", "model", "projections",
                           "rebuild", "subscriptions", "snapshots", "export", "import", "verify"}) {
    CHECK_THAT(all.out, Contains(std::string{"\n  "} + name + " "));
    auto end = book.run({name, "--help"});
    CHECK(end.code == 0);
    CHECK_THAT(end.out, Contains("Exit codes: 0 done"));
  }
  CHECK_THAT(book.run({"--version"}).out, Catch::StartsWith("annals "));
}

TEST_CASE("the program without a domain opens any store, and says what it cannot do") {
  ledger book;
  book.fill(10);
  CHECK(book.annals({"streams"}).code == 0);
  CHECK(book.annals({"projections"}).out == "no read models; the log ends at position 10\n");
  CHECK(book.annals({"verify"}).out
        == "types were not checked: this program has no domain\n"
           "looked at 10 events of 10 streams: nothing found\n");
  for (const ledger::arguments& line : {ledger::arguments{"state", "ledger.account", "1"},
                                        {"model", "balances"},
                                        {"rebuild", "balances"},
                                        {"ask", "ledger.account", "1", "deposit", "{}"}}) {
    auto end = book.annals(line);
    CHECK(end.code == 2);
    CHECK_THAT(end.err, Contains("this program has no domain"));
  }
}

TEST_CASE("without a subcommand an application's own program runs on a node") {
  ledger book;
  auto setup = book.setup({});
  setup.environment.push_back("LEDGER_PROGRAM=hello");
  auto end = annals::tests::run_to_end(setup);
  CHECK(end.code == 0);
  CHECK(end.out == "hello\n");
  CHECK(book.run({"streams"}).out == "ledger.account-program v1\n");
  end = book.run({});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Contains("no subcommand is given; there are ask, "));
}

TEST_CASE("the nodes of all subcommands have the settings that the application gives") {
  ledger book;
  auto with_settings = [&](ledger::arguments line) {
    auto made = book.setup(std::move(line));
    made.environment.push_back("LEDGER_PROGRAM=with settings");
    return made;
  };
  auto ask = [&](const std::string& id) {
    return annals::tests::run_to_end(
        with_settings({"ask", "ledger.account", id, "deposit", R"({"cents":5})"}), "");
  };
  CHECK(ask("open").code == 0);
  auto refused = ask("closed");
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, Contains("nobody pays in here"));
  auto own = annals::tests::run_to_end(with_settings({}), "");
  CHECK(own.out == "hello\n");
  annals::tests::child north{with_settings({"node", "--name", "north"})};
  north.wait_until([&] { return book.run({"nodes"}).out.find("line_rows") != std::string::npos; },
                   "the node runs the target");
}

#include "tests/tools/ledger.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using annals::tests::ended;
using annals::tests::ledger;
using Catch::Contains;

namespace {

// One line of an export with parts replaced.
std::string changed(std::string line, const std::string& from, const std::string& to) {
  auto at = line.find(from);
  REQUIRE(at != std::string::npos);
  return line.replace(at, from.size(), to);
}

ended ask(const ledger& book, const std::string& id, const std::string& body) {
  return book.run({"ask", "ledger.account", id, "deposit", body});
}

} // namespace

TEST_CASE(
    "a command in broken or wrong-typed JSON is refused with the member, and no store is made") {
  ledger book;
  auto why = [&](const std::string& body) {
    auto end = ask(book, "a", body);
    CHECK(end.code == 2);
    CHECK(end.out.empty());
    CHECK_THAT(end.err, Catch::StartsWith("annals: invalid_command: deposit"));
    return end.err;
  };
  CHECK_THAT(why("{\"cents\":"), Contains("not JSON"));
  CHECK_THAT(why(""), Contains("not JSON"));
  CHECK_THAT(why("{\"cents\":1} x"), Contains("not JSON"));
  CHECK_THAT(why("[]"), Contains("expected an object, found an array"));
  CHECK_THAT(why("{\"cents\":\"5\"}"), Contains("deposit.cents") && Contains("the string '5'"));
  CHECK_THAT(why("{\"cents\":1e99}"), Contains("deposit.cents"));
  CHECK_THAT(why("{\"cents\":9223372036854775808}"), Contains("deposit.cents"));
  CHECK_THAT(why("{}"), Contains("deposit.cents: the member is missing"));
  CHECK_THAT(why("{\"cents\":1,\"cent\":2}"), Contains("deposit.cent: there is no such member"));
  CHECK_THAT(why(std::string(100'000, '[')), Contains("not JSON"));
  CHECK(!std::filesystem::exists(book.store()));
}

TEST_CASE("an id that cannot be is refused, and one that is only unusual is kept") {
  ledger book;
  for (const std::string& id : {std::string{}, std::string(10'000, 'x'), std::string{"a\nb"},
                                std::string{"a\tb"}, std::string{"a\x7f"}, std::string{"\xff\xfe"}})
    for (const ledger::arguments& line :
         {ledger::arguments{"ask", "ledger.account", id, "deposit", "{\"cents\":1}"},
          {"state", "ledger.account", id}}) {
      auto end = book.run(line);
      CHECK(end.code == 2);
      CHECK_THAT(end.err, Catch::StartsWith("annals: invalid_id: the id "));
      CHECK(end.err.size() < 300);
    }
  CHECK(!std::filesystem::exists(book.store()));
  for (const std::string& id :
       {std::string{"a/b"}, std::string{"it's \"quoted\""}, std::string{"Zoë 東京"},
        std::string{"a-b-"}, std::string(512, 'x')}) {
    book.deposit(id, 7);
    auto end = book.run({"state", "ledger.account", id, "--json"});
    CHECK(end.code == 0);
    auto state = boost::json::parse(end.out);
    CHECK(state.at("state").at("balance") == 7);
    CHECK(state.at("stream").as_string() == "ledger.account-" + id);
    CHECK(book.run({"read", "ledger.account-" + id}).code == 0);
  }
}

TEST_CASE("an option whose value is empty is refused, and takes no other argument for it") {
  ledger book;
  for (const ledger::arguments& line :
       {ledger::arguments{"--store=", "log"},
        {"log", "--correlation", ""},
        {"state", "ledger.account", "a", "--at="},
        {"ask", "ledger.account", "a", "deposit", "{\"cents\":1}", "--command-id", ""}}) {
    auto end = book.run(line);
    CHECK(end.code == 2);
    CHECK_THAT(end.err, Contains(" is empty; give a value, or leave it out"));
  }
  CHECK(!std::filesystem::exists("log"));
  CHECK(!std::filesystem::exists(book.store()));
}

TEST_CASE("a value that looks like an option is named, with how to give it") {
  ledger book;
  auto end = ask(book, "-x", "{\"cents\":1}");
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Contains("there is no option '-x'") && Contains("stands behind --"));
  CHECK(book.run({"ask", "--", "ledger.account", "-x", "deposit", "{\"cents\":1}"}).code == 0);
  CHECK(book.run({"streams"}).out == "ledger.account--x v1\n");
}

TEST_CASE("what cannot be printed is an error, which says that the command was carried out") {
  ledger book;
  auto setup = book.setup({"ask", "ledger.account", "a", "deposit", "{\"cents\":1}"});
  setup.out_file = "/dev/full";
  auto end = annals::tests::run_to_end(setup);
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("annals: output: ") && Contains(" was carried out"));
  CHECK(book.run({"streams"}).out == "ledger.account-a v1\n");
  setup = book.setup({});
  setup.out_file = "/dev/full";
  setup.environment.push_back("LEDGER_PROGRAM=hello");
  end = annals::tests::run_to_end(setup);
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("annals: output: cannot write to standard output"));
}

TEST_CASE("what the domain or the command line does not have is named with what there is") {
  ledger book;
  book.fill(1);
  auto why = [&](ledger::arguments line) {
    auto end = book.run(std::move(line));
    CHECK(end.code == 2);
    CHECK(end.out.empty());
    CHECK(std::count(end.err.begin(), end.err.end(), '\n') == 1);
    return end.err;
  };
  CHECK_THAT(why({"rebild"}), Contains("'rebild'; did you mean 'rebuild'?; there are ask, "));
  CHECK_THAT(why({"log", "--folow"}), Contains("'--folow'; did you mean '--follow'?"));
  CHECK_THAT(why({"streams", "more"}), Contains("streams takes no further argument 'more'"));
  CHECK_THAT(why({"read"}), Contains("STREAM") && Contains("see read --help"));
  CHECK_THAT(why({"read", "x", "--limit", "0"}), Contains("--limit"));
  CHECK_THAT(why({"read", "x", "--from", "-1"}), Contains("--from"));
  CHECK_THAT(why({"log", "--from", "many"}), Contains("--from"));
  CHECK_THAT(why({"log", "--correlation", "7"}), Contains("'7' is not a UUID"));
  CHECK_THAT(why({"streams", "--lock-timeout", "-5"}), Contains("--lock-timeout"));
  CHECK_THAT(why({"streams", "--store", ""}), Contains("--store"));
  CHECK_THAT(why({"streams", "--store", "mysql://x"}), Contains("mysql"));
  CHECK_THAT(why({"state", "ledger.acount", "a"}),
             Contains("'ledger.acount'; it has ledger.account, ledger.page"));
  CHECK_THAT(why({"ask", "ledger.account", "a", "steal", "{}"}),
             Contains("'steal'; it has deposit, withdraw"));
  CHECK_THAT(why({"model", "balance"}), Contains("'balance'; it has balances, lines"));
  CHECK_THAT(why({"rebuild", "balance"}), Contains("'balance'; it has balances, lines"));
  CHECK_THAT(why({"ask", "ledger.account", "a", "look", "{}", "--command-id", "x"}),
             Contains("--command-id"));
  CHECK_THAT(why({"ask", "ledger.account", "a", "look", "{}", "--metadata", "[]"}),
             Contains("--metadata: expected an object"));
}

TEST_CASE("no store given is an error of usage") {
  ledger book;
  auto setup = book.setup({"streams"});
  setup.environment.clear();
  auto end = annals::tests::run_to_end(setup);
  CHECK(end.code == 2);
  CHECK(end.err == "annals: usage: no store is given; give --store URL or set ANNALS_STORE\n");
}

TEST_CASE("for machines an error is an object on standard error") {
  ledger book;
  auto end = book.run({"ask", "ledger.account", "", "look", "{}", "--json"});
  auto error = boost::json::parse(end.err).at("error");
  CHECK(error.at("code") == "invalid_id");
  CHECK(error.at("message").as_string().size() > 10);
  end = book.run({"--json", "frobnicate"});
  CHECK(boost::json::parse(end.err).at("error").at("code") == "usage");
}

TEST_CASE("a bad line of an import is named, and what stood before it is stored") {
  ledger book;
  auto three = ledger::lines(3, 0, 1);
  auto fourth = ledger::lines(4, 0, 1).substr(three.size());
  auto why = [&](const std::string& line) {
    auto end = book.run({"import"}, three + line);
    CHECK(end.code == 1);
    CHECK_THAT(end.err, Contains("line 4"));
    CHECK(book.run({"streams"}).out == "ledger.account-0 v3\n");
    return end.err;
  };
  CHECK_THAT(why(fourth.substr(0, fourth.size() / 2)), Contains("not JSON"));
  CHECK_THAT(why("garbage\n"), Contains("not JSON") && Contains("run it again to go on"));
  CHECK_THAT(why(changed(fourth, "\"version\":4", "\"version\":\"4\"")), Contains("version"));
  CHECK_THAT(why(changed(fourth, "\"eventType\"", "\"type\"")), Contains("'type'"));
  CHECK_THAT(why(changed(fourth, "account-0", "account-")), Contains("empty"));
  CHECK_THAT(why(changed(fourth, "account-0", "account-a\\u0000b")), Contains("control character"));
  CHECK_THAT(why(changed(fourth, "account-0", "account-a\\nb")), Contains("control character"));
  CHECK_THAT(why(changed(fourth, "account-0", "account-" + std::string(10'000, 'x'))),
             Contains("at most 512"));
  CHECK_THAT(why(changed(fourth, "\"version\":4", "\"version\":6")),
             Contains("version_conflict") && Contains("cannot follow version 3"));
  CHECK_THAT(why(changed(fourth, "\"version\":4", "\"version\":2")),
             Contains("version 2 of stream 'ledger.account-0'") && Contains("(position 2)"));
  CHECK(book.run({"import"}, three + fourth).out == "imported 1 events, 3 had been there\n");
}

TEST_CASE("an import takes blank lines, line ends of Windows, and a last line without an end") {
  ledger book;
  auto text = ledger::lines(2, 0, 1);
  text.insert(text.find('\n'), "\r");
  text.insert(text.find('\n') + 1, "\n  \r\n");
  text.pop_back();
  CHECK(book.run({"import"}, text).out == "imported 2 events, 0 had been there\n");
  CHECK(book.run({"import"}, "").out == "imported 0 events, 0 had been there\n");
}

TEST_CASE("a file that cannot be read or written is named") {
  ledger book;
  auto end = book.run({"import", book.file("nowhere.jsonl")});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Catch::StartsWith("annals: input: cannot open '") && Contains("nowhere"));
  CHECK(!std::filesystem::exists(book.store()));
  book.fill(1);
  end = book.run({"import", book.folder().string()});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Contains("Is a directory"));
  end = book.run({"export", book.file("nowhere/log.jsonl")});
  CHECK(end.code == 1);
  CHECK_THAT(end.err, Catch::StartsWith("annals: output: cannot create '"));
}

TEST_CASE("an event whose type the domain no longer knows stops what needs it") {
  ledger book;
  book.deposit("a", 1);
  book.run({"ask", "ledger.page", "p", "write_line", R"({"text":"x"})"});
  book.deposit("a", 2);
  auto old = [&](ledger::arguments line) {
    auto setup = book.setup(std::move(line));
    setup.environment.push_back("LEDGER_DOMAIN=old");
    return annals::tests::run_to_end(setup);
  };
  auto names_it = [](const std::string& text) {
    CHECK_THAT(text, Contains("ledger.line_written") && Contains("'ledger.page-p'")
                         && Contains("position 2"));
  };
  for (const auto* name : {"model", "rebuild"}) {
    auto end = old({name, "balances"});
    CHECK(end.code == 1);
    CHECK_THAT(end.err, Catch::StartsWith("annals: unknown_event_type: "));
    names_it(end.err);
  }
  CHECK_THAT(old({"projections"}).out, Contains("balances  position 0 of 3"));
  auto end = old({"verify"});
  CHECK(end.code == 6);
  names_it(end.out);
  CHECK_THAT(end.out, Contains("1 problems found"));
  CHECK_THAT(old({"state", "ledger.account", "a"}).out, Contains("{\"balance\":3}"));
}

TEST_CASE("verify reports every problem, prints the first hundred, and counts all") {
  ledger book;
  std::string text;
  std::istringstream lines{ledger::lines(150)};
  for (std::string line; std::getline(lines, line);)
    text += changed(line, "\"cents\":1", "\"cents\":\"?\"") + "\n";
  CHECK(book.run({"import"}, text).code == 0);
  auto end = book.run({"verify"});
  CHECK(end.code == 6);
  CHECK(std::count(end.out.begin(), end.out.end(), '\n') == 102);
  CHECK_THAT(end.out, Contains("… and 50 more\n") && Contains("150 problems found"));
  auto found = boost::json::parse(book.run({"verify", "--json"}).out);
  CHECK(found.at("problems") == 150);
  CHECK(found.at("found").as_array().size() == 100);
  CHECK(found.at("found").at(0).at("position") == 1);
}

TEST_CASE("projections says when a read model cannot go on, and at which event") {
  ledger book;
  auto line = ledger::lines(1);
  line.replace(line.find("ledger.deposited"), 16, "ledger.of_others");
  REQUIRE(book.run({"import"}, line).code == 0);
  auto end = book.run({"projections"});
  CHECK(end.code == 0);
  CHECK_THAT(end.out, Contains("balances  position 0 of 1, lag 1 (not stored yet; cannot go on: ")
                          && Contains("ledger.of_others"));
}

#include "tests/tools/ledger.hpp"

#include <annals/persistence/open_store.hpp>
#include <annals/tools/exit_code.hpp>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <sstream>

using annals::tests::ended;
using annals::tests::ledger;
using Catch::Contains;

namespace {

const std::string correlation = "01890a5d-ac96-774b-bcce-b302099a8058";
const std::string withdrawal = "01890a5d-ac96-774b-bcce-b302099a8059";

std::vector<boost::json::value> json_lines(const std::string& text) {
  std::vector<boost::json::value> found;
  std::istringstream lines{text};
  for (std::string each; std::getline(lines, each);)
    found.push_back(boost::json::parse(each));
  return found;
}

ended ask(const ledger& book, ledger::arguments rest) {
  rest.insert(rest.begin(), {"ask", "ledger.account", "a"});
  return book.run(std::move(rest));
}

// A deposit, a rejected withdrawal, a look that changes nothing, and another deposit.
void ask_four(const ledger& book) {
  auto asked = [&](ledger::arguments line) {
    line.insert(line.end(), {"--correlation-id", correlation});
    return ask(book, std::move(line)).code;
  };
  REQUIRE(asked({"deposit", R"({"cents":5})"}) == 0);
  REQUIRE(asked({"withdraw", R"({"cents":6})", "--command-id", withdrawal}) == 3);
  REQUIRE(asked({"look", "{}"}) == 0);
  REQUIRE(asked({"deposit", R"({"cents":7})"}) == 0);
}

// Stores a snapshot of a stream at its version 1, and throws away its others.
void keep_snapshot(const ledger& book, const std::string& stream, annals::log_position position,
                   int balance) {
  auto store = annals::open_store(book.store()).value();
  REQUIRE(store->drop_snapshots(stream).has_value());
  annals::stored_snapshot made{
      stream, 1, position, 1, annals::now(), R"({"balance":)" + std::to_string(balance) + "}"};
  REQUIRE(store->save_snapshots({&made, 1}, 1).has_value());
}

} // namespace

TEST_CASE("a correlation id finds the commands that led to no events, among the events") {
  ledger book;
  ask_four(book);
  auto end = book.run({"log", "--correlation", correlation});
  CHECK(end.code == 0);
  std::istringstream text{end.out};
  std::vector<std::string> lines;
  for (std::string each; std::getline(text, each);)
    lines.push_back(each);
  REQUIRE(lines.size() == 4);
  CHECK_THAT(lines[0], Catch::StartsWith("       1  ") && Contains("{\"cents\":5,"));
  CHECK_THAT(lines[1], Catch::StartsWith("       -  ")
                           && Catch::EndsWith("Z  ledger.account-a v1  withdraw  " + withdrawal
                                              + "  rejected: insufficient funds"));
  CHECK_THAT(lines[2], Contains("  look  ") && Catch::EndsWith("  accepted, no events"));
  CHECK_THAT(lines[3], Catch::StartsWith("       2  ") && Contains("{\"cents\":7,"));
  CHECK_THAT(book.run({"log"}).out, !Contains("withdraw"));
}

TEST_CASE("for machines an outcome is an object that cannot be taken for an event") {
  ledger book;
  ask_four(book);
  auto found = json_lines(book.run({"log", "--correlation", correlation, "--json"}).out);
  REQUIRE(found.size() == 4);
  for (std::size_t event : {0U, 3U}) {
    CHECK(found[event].as_object().contains("eventType"));
    CHECK(!found[event].as_object().contains("outcome"));
  }
  const auto& rejected = found[1].as_object();
  CHECK(rejected.at("commandID").as_string() == withdrawal);
  CHECK(rejected.at("correlationID").as_string() == correlation);
  CHECK(rejected.at("sourceID") == "ledger.account-a");
  CHECK(rejected.at("version") == 1);
  CHECK(rejected.at("command") == "withdraw");
  CHECK(rejected.at("outcome") == "rejected");
  CHECK(rejected.at("reason") == "insufficient funds");
  CHECK(!rejected.contains("eventType"));
  CHECK(!rejected.contains("position"));
  CHECK(found[2].at("outcome") == "accepted");
  CHECK(found[2].at("reason").is_null());
}

TEST_CASE("the limit of a log counts outcomes as well") {
  ledger book;
  ask_four(book);
  for (std::size_t limit = 1; limit <= 5; ++limit) {
    auto end =
        book.run({"log", "--correlation", correlation, "--json", "--limit", std::to_string(limit)});
    CHECK(json_lines(end.out).size() == std::min<std::size_t>(limit, 4));
  }
}

TEST_CASE("a log that is followed shows an outcome when it comes, and once") {
  ledger book;
  ask(book, {"deposit", R"({"cents":5})", "--correlation-id", correlation});
  annals::tests::child follower{
      book.setup({"log", "--correlation", correlation, "--follow", "--limit", "3"})};
  follower.wait_for_out("{\"cents\":5,");
  ask(book, {"withdraw", R"({"cents":6})", "--correlation-id", correlation});
  follower.wait_for_out("rejected: insufficient funds");
  ask(book, {"look", "{}", "--correlation-id", correlation});
  auto end = follower.wait();
  CHECK(end.code == 0);
  CHECK(std::count(end.out.begin(), end.out.end(), '\n') == 3);
}

TEST_CASE("snapshots are dropped, of one stream or of all") {
  ledger book;
  book.fill(3);
  for (const auto* stream : {"ledger.account-0", "ledger.account-1", "ledger.account-2"})
    keep_snapshot(book, stream, 1, 1);
  CHECK(book.run({"snapshots", "drop", "ledger.account-1"}).out == "dropped 1 snapshot\n");
  CHECK(book.run({"snapshots", "drop", "ledger.account-1"}).out == "dropped 0 snapshots\n");
  CHECK(book.annals({"snapshots", "drop", "--json"}).out == "{\"dropped\":2}\n");
  CHECK(book.run({"snapshots", "drop"}).out == "dropped 0 snapshots\n");
  CHECK(book.run({"state", "ledger.account", "1"}).out == "ledger.account-1 v1\n{\"balance\":1}\n");
}

TEST_CASE("a snapshot that is taken by hand is where a loading begins, and changes no answer") {
  ledger book;
  ask_four(book);
  auto state = [&](ledger::arguments more) {
    more.insert(more.begin(), {"state", "ledger.account", "a"});
    return book.run(std::move(more)).out;
  };
  const std::string stream = "ledger.account-a";
  auto now = stream + " v2\n{\"balance\":12}\n";
  auto then = stream + " v1\n{\"balance\":5}\n";
  CHECK(book.run({"snapshots", "take", stream}).out == "took a snapshot of " + stream + " v2\n");
  CHECK(state({}) == now);
  CHECK(state({"--at", "1"}) == then);
  CHECK(state({"--replay"}) == now);

  // That it is read at all is seen by one that says something else, in the place of the second.
  keep_snapshot(book, stream, 1, 100);
  CHECK(state({"--at", "1"}) == stream + " v1\n{\"balance\":100}\n");
  CHECK(state({"--at", "1", "--replay"}) == then);
  CHECK(book.run({"snapshots", "drop", stream}).code == 0);
  CHECK(state({"--at", "1"}) == then);
}

TEST_CASE("snapshots take needs a stream that there is, of a type that the program knows") {
  ledger book;
  book.fill(1);
  CHECK(book.run({"snapshots", "take"}).code == 2);
  auto end = book.run({"snapshots", "take", "ledger.account-9"});
  CHECK(end.code == 4);
  CHECK_THAT(end.err, Contains("'ledger.account-9'"));
  CHECK_THAT(book.run({"snapshots", "take", "ledger.safe-1"}).err, Contains("ledger.safe"));
  CHECK(book.annals({"snapshots", "take", "ledger.account-0"}).code != 0);
}

TEST_CASE("snapshots refuses what it does not know, and an empty name, which would mean all") {
  ledger book;
  CHECK(book.run({"snapshots", "drop"}).code == 5);
  CHECK(!std::filesystem::exists(book.store()));
  book.fill(1);
  keep_snapshot(book, "ledger.account-0", 1, 1);
  auto end = book.run({"snapshots", "drop", ""});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Contains("STREAM is empty"));
  CHECK(book.run({"snapshots"}).code == 2);
  end = book.run({"snapshots", "show"});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Contains("show") && Contains("drop"));
  end = book.run({"snapshots", "drop", "ledger.account-9"});
  CHECK(end.code == 4);
  CHECK_THAT(end.err, Contains("'ledger.account-9'"));
  CHECK(book.run({"snapshots", "drop"}).out == "dropped 1 snapshot\n");
}

TEST_CASE("a command with an expected version is carried out at that version only") {
  ledger book;
  auto at = [&](const std::string& version) {
    return ask(book, {"deposit", R"({"cents":5})", "--expected-version", version});
  };
  CHECK(at("0").code == 0);
  auto end = at("0");
  CHECK(end.code == 7);
  CHECK(end.out.empty());
  CHECK_THAT(end.err, Catch::StartsWith("annals: version_conflict: ")
                          && Contains("at version 1, not at the expected 0"));
  CHECK(at("1").code == 0);
  for (const auto* wrong : {"-1", "x", "1.5", "99999999999999999999"}) {
    end = at(wrong);
    CHECK(end.code == 2);
    CHECK_THAT(end.err, Contains("--expected-version"));
  }
  CHECK(book.run({"streams"}).out == "ledger.account-a v2\n");
}

TEST_CASE("a command whose deadline has passed is not carried out") {
  ledger book;
  auto until = [&](const std::string& time) {
    return ask(book, {"deposit", R"({"cents":5})", "--deadline", time});
  };
  CHECK(until("tomorrow").code == 2);
  CHECK_THAT(until("tomorrow").err, Contains("--deadline: ") && Contains("'tomorrow'"));
  CHECK_THAT(until("1970-01-01T00:00:00Z").err, Contains("stands for none"));
  CHECK(!std::filesystem::exists(book.store()));
  CHECK(until("9999-12-31T23:59:59+02:00").code == 0);
  auto end = until("2011-10-01T06:08:58Z");
  CHECK(end.code == 7);
  CHECK_THAT(end.err, Catch::StartsWith("annals: expired: "));
  CHECK(book.run({"streams"}).out == "ledger.account-a v1\n");
}

TEST_CASE("a command id that is no UUID is named, and one that was used otherwise is refused") {
  ledger book;
  auto end = ask(book, {"look", "{}", "--command-id", "7"});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Catch::StartsWith("annals: usage: --command-id: '7' is not a UUID"));
  CHECK(ask(book, {"deposit", R"({"cents":5})", "--command-id", withdrawal}).code == 0);
  end = ask(book, {"deposit", R"({"cents":6})", "--command-id", withdrawal});
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Catch::StartsWith("annals: command_id_reused: "));
}

TEST_CASE("a command that is too large for the node is an error of usage") {
  ledger book;
  const auto large = "{\"cents\":1,\"remark\":\"" + std::string(2U << 20, 'x') + "\"}";
  auto end = book.run({"ask", "ledger.account", "a", "deposit", "-"}, large);
  CHECK(end.code == 2);
  CHECK_THAT(end.err, Catch::StartsWith("annals: too_large: "));
}

TEST_CASE("what was not done for now, and what will not be, have different exit codes") {
  using annals::errc;
  using annals::tools::exit_code;
  CHECK(annals::tools::exit_code_for(errc::overloaded) == exit_code::not_done);
  CHECK(annals::tools::exit_code_for(errc::expired) == exit_code::not_done);
  CHECK(annals::tools::exit_code_for(errc::already_taken) == exit_code::rejected);
  CHECK(annals::tools::exit_code_for(errc::too_large) == exit_code::usage);
  CHECK(annals::tools::exit_code_for(errc::command_id_reused) == exit_code::usage);
}

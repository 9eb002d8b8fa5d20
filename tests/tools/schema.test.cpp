#include "tests/persistence/temporary_folder.hpp"
#include "tests/tools/child.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using annals::tests::ended;
using Catch::Contains;

namespace {

class bank {
public:
  ended run(const char* release, std::vector<std::string> line, std::string_view input = {}) const {
    annals::tests::child_setup setup;
    setup.program = BANK_PROGRAM;
    setup.arguments = std::move(line);
    setup.environment = {"BANK_DOMAIN=" + std::string{release}, "ANNALS_STORE=" + store()};
    return run_to_end(setup, input);
  }

  std::string good(const char* release, std::vector<std::string> line) const {
    auto end = run(release, std::move(line));
    INFO(end.err);
    REQUIRE(end.code == 0);
    return end.out;
  }

  std::string exported(const char* release) const { return good(release, {"schema", "export"}); }
  ended checked(const char* release, const std::string& old) const {
    return run(release, {"schema", "check", "-"}, old);
  }

  std::string file(const char* name) const { return folder_.file(name); }
  std::string store() const { return file("bank.db"); }

private:
  annals::tests::temporary_folder folder_;
};

} // namespace

TEST_CASE("an export has every command, event and state, and is the same text each time") {
  bank one;
  auto text = one.exported("before");
  CHECK(text == one.exported("before"));
  CHECK(text.back() == '\n');
  auto file = boost::json::parse(text);
  CHECK(file.at("annals") == 1);
  CHECK(file.at("commands").at("bank.account").at("deposit").at("schemaVersion") == 1);
  CHECK(file.at("events").as_object().size() == 2);
  auto& schema = file.at("events").at("bank.money_deposited").at("schema").as_object();
  CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  CHECK(file.at("states").at("bank.account").at("schemaVersion") == 1);
  CHECK_FALSE(std::filesystem::exists(one.store()));
  one.good("before", {"schema", "export", one.file("old.json")});
  std::ostringstream written;
  written << std::ifstream{one.file("old.json")}.rdbuf();
  CHECK(written.str() == text);
}

TEST_CASE("a check passes where all that was stored and sent is still read") {
  bank one;
  for (const char* release : {"before", "now"}) {
    auto end = one.checked(release, one.exported(release));
    CHECK(end.code == 0);
    CHECK(end.out == "nothing breaks\n");
  }
  auto end = one.checked("now", one.exported("before"));
  CHECK(end.out.find("breaking: event") == std::string::npos);
  CHECK_THAT(end.out, Contains("breaking: command bank.account close (schema version 1): it is "
                               "gone"));
  CHECK_THAT(end.out, Contains("warning: state bank.account (schema version 1)"));
  CHECK(end.code == 6);
}

TEST_CASE("a check fails and names each change that has no upcaster") {
  bank one;
  auto end = one.checked("forgetful", one.exported("now"));
  CHECK(end.code == 6);
  CHECK_THAT(end.out, Contains("event bank.money_deposited (schema version 1): its upcaster"));
  end = one.checked("forgetful", one.exported("before"));
  CHECK(end.code == 6);
  CHECK_THAT(end.out, Contains("breaking: event bank.money_deposited (schema version 1): member "
                               "cents: it is new")
                          && Contains("euros is gone"));
  end = one.checked("before", one.exported("now"));
  CHECK_THAT(end.out, Contains("its schema version was lowered to 1"));
  auto json = one.run("forgetful", {"schema", "check", "-", "--json"}, one.exported("before"));
  CHECK(json.code == 6);
  auto said = boost::json::parse(json.out);
  CHECK(said.at("compatible") == false);
  CHECK(said.at("changes").at(0).at("name") == "bank.money_deposited");
}

TEST_CASE("a check says what is wrong with a file that no export wrote") {
  bank one;
  auto why = [&](const std::string& text) {
    auto end = one.checked("now", text);
    CHECK(end.code == 1);
    CHECK(end.out.empty());
    CHECK_THAT(end.err, Catch::StartsWith("annals: input: "));
    return end.err;
  };
  auto text = one.exported("now");
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 3})
    CHECK_THAT(why(text.substr(0, size)), Contains("cut short"));
  CHECK_THAT(why("[]"), Contains("not a file that"));
  CHECK_THAT(why("{\"annals\":\"1\"}"), Contains("not a file that"));
  CHECK_THAT(why("{\"annals\":2}"), Contains("format 2"));
  CHECK_THAT(why("{\"annals\":1,\"events\":{\"a\":1}}"), Contains("'events'"));
  CHECK_THAT(why(std::string(100'000, '[')), Contains("no JSON"));
  CHECK(one.run("now", {"schema", "check"}).code == 2);
  CHECK(one.run("now", {"schema", "check", one.file("nowhere")}).code != 0);
  CHECK(one.run("now", {"schema", "compare"}).code == 2);
}

TEST_CASE("what an old program stored is loaded, rebuilt, asked and verified by a new one") {
  bank one;
  one.good("before", {"ask", "bank.account", "a", "deposit", "{\"euros\":5}"});
  one.good("before", {"ask", "bank.account", "a", "close", "{}"});
  CHECK_THAT(one.good("now", {"state", "bank.account", "a"}), Contains("v2\n{\"cents\":500}"));
  CHECK_THAT(one.good("now", {"ask", "bank.account", "a", "deposit", "{\"cents\":7}"}),
             Contains("v3"));
  one.good("now",
           {"ask", "bank.account", "a", "deposit", "{\"euros\":1}", "--schema-version", "1"});
  CHECK_THAT(one.good("now", {"state", "bank.account", "a"}), Contains("v4\n{\"cents\":607}"));
  one.good("now", {"rebuild", "bank.balances"});
  CHECK_THAT(one.good("now", {"model", "bank.balances", "--json"}),
             Contains("\"a through the app\":107") && Contains("\"a through the branch\":500"));
  CHECK_THAT(one.good("now", {"verify"}), Contains("nothing found"));
  auto newer =
      one.run("now", {"ask", "bank.account", "a", "deposit", "{}", "--schema-version", "3"});
  CHECK(newer.code == 2);
  CHECK_THAT(newer.err, Contains("schema version 3"));
}

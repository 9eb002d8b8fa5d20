#include "tests/tools/ledger.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <csignal>

using annals::tests::child;
using annals::tests::ledger;
using Catch::Contains;

namespace {

const std::string withdrawal = "01890a5d-ac96-774b-bcce-b302099a8059";

annals::log_position end_of(const std::string& url) {
  auto store = annals::open_store(url, {annals::open_mode::read_only});
  return store ? (*store)->open_reader().value()->last_position().value() : 0;
}

} // namespace

TEST_CASE("copy follows a store that is in use, and after the switch all goes on in the new one") {
  ledger book;
  auto target = book.file("new.db");
  book.deposit("a", 5);
  REQUIRE(book.run({"ask", "ledger.account", "a", "withdraw", R"({"cents":6})", "--command-id",
                    withdrawal})
              .code
          == 3);
  child following{book.setup({"copy", target, "--follow"})};
  book.deposit("a", 1);
  following.wait_until([&] { return end_of(target) == 2; }, "the copied deposit");
  book.deposit("b", 1);
  following.wait_until([&] { return end_of(target) == 3; }, "the next one");
  following.signal_when_ready(SIGINT);
  auto ended = following.wait();
  INFO(ended.err);
  CHECK(ended.code == 0);
  CHECK_THAT(ended.out,
             Contains("copied 3 events up to position 3, 1 outcomes") && !Contains("run it again"));

  book.deposit("b", 1);
  auto last = book.run({"copy", target, "--json"});
  CHECK(last.code == 0);
  CHECK_THAT(last.out, Contains(R"("events":1,"position":4,"outcomes":1,)")
                           && Contains(R"("complete":true)"));
  auto on_new = [&](ledger::arguments line) {
    auto setup = book.setup(std::move(line));
    setup.environment = {"ANNALS_STORE=" + target};
    return annals::tests::run_to_end(setup);
  };
  auto verified = on_new({"verify"});
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, Contains("looked at 4 events of 2 streams: nothing found"));
  CHECK(on_new({"export"}).out == book.run({"export"}).out);
  // Now there would be enough; the command was rejected, and stays so.
  REQUIRE(on_new({"ask", "ledger.account", "a", "deposit", R"({"cents":100})"}).code == 0);
  auto again = on_new(
      {"ask", "ledger.account", "a", "withdraw", R"({"cents":6})", "--command-id", withdrawal});
  CHECK(again.code == 3);
}

TEST_CASE("copy says what is wrong with the stores that it is given") {
  ledger book;
  CHECK(book.run({"copy", book.file("to.db")}).code == 5);
  book.deposit("a", 5);
  CHECK(book.run({"copy"}).code == 2);
  CHECK(book.run({"copy", "ftp:x"}).code == 2);
  CHECK(book.run({"copy", book.file("to.db")}).code == 0);
  book.deposit("a", 5);
  auto other = book.setup({"ask", "ledger.account", "c", "deposit", R"({"cents":1})"});
  other.environment = {"ANNALS_STORE=" + book.file("to.db")};
  REQUIRE(annals::tests::run_to_end(other).code == 0);
  auto refused = book.run({"copy", book.file("to.db")});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Contains("another event at position 2"));
}

#include "tests/tools/ledger.hpp"

#include "tests/printing.hpp"

#include <annals/actors/subscription_place.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::tests::child;
using annals::tests::ended;
using annals::tests::ledger;

namespace {

// Consumes the durable subscription "mail" to the end of the log; what it had not had.
std::string follow(const ledger& book) {
  auto setup = book.setup({});
  setup.environment.push_back("LEDGER_PROGRAM=follow");
  auto end = run_to_end(setup);
  INFO(end.err);
  REQUIRE(end.code == 0);
  return end.out;
}

} // namespace

TEST_CASE("durable subscriptions are listed with their positions and their lag") {
  ledger book;
  book.fill(10);
  CHECK(book.run({"subscriptions"}).out
        == "no durable subscriptions; the log ends at position 10\n");
  CHECK(book.run({"subscriptions", "--json"}).out == "[]\n");
  REQUIRE(follow(book) == "from 1 to 10\n");
  book.deposit("1", 5);
  CHECK(book.run({"subscriptions"}).out == "mail  position 10 of 11, lag 1\n");
  CHECK(book.annals({"subscriptions", "--json"}).out
        == "[{\"name\":\"mail\",\"position\":10,\"lag\":1}]\n");
  CHECK_THAT(book.run({"projections"}).out, Catch::Contains("(subscription)"));
}

TEST_CASE("a subscription that is forgotten on the command line begins anew") {
  ledger book;
  book.fill(10);
  follow(book);
  auto forgotten = book.annals({"subscriptions", "forget", "mail"});
  INFO(forgotten.err);
  CHECK(forgotten.code == 0);
  CHECK(forgotten.out == "mail is forgotten, and begins anew\n");
  CHECK_THAT(book.run({"subscriptions"}).out, Catch::Contains("forgotten; begins anew"));
  CHECK(follow(book) == "from 1 to 10\n");
  CHECK(book.run({"subscriptions"}).out == "mail  position 10 of 10, lag 0\n");
}

TEST_CASE("a subscription goes on behind the position that is set on the command line") {
  ledger book;
  book.fill(10);
  follow(book);
  CHECK(book.run({"subscriptions", "set", "mail", "7", "--json"}).out
        == "{\"subscription\":\"mail\",\"ordered\":\"set\",\"position\":7}\n");
  CHECK(follow(book) == "from 8 to 10\n");
  CHECK(book.run({"subscriptions", "set", "mail", "0"}).code == 0);
  CHECK(follow(book) == "from 1 to 10\n");
}

TEST_CASE("what is asked of a subscription by mistake is refused with what to do") {
  ledger book;
  book.fill(10);
  follow(book);
  auto refused = [&](const ledger::arguments& line, int code, const std::string& part) {
    auto end = book.run(line);
    INFO(end.err);
    CHECK(end.code == code);
    CHECK_THAT(end.err, Catch::Contains(part));
  };
  refused({"subscriptions", "forget", "mial"}, 4, "did you mean 'mail'?");
  refused({"subscriptions", "set", "post", "3"}, 4, "there are mail");
  refused({"subscriptions", "set", "mail", "11"}, 2, "past the log's end at 10");
  refused({"subscriptions", "set", "mail", "x"}, 2, "number from 0 on");
  refused({"subscriptions", "set", "mail"}, 2, "POSITION");
  refused({"subscriptions", "forget", "mail", "3"}, 2, "takes no POSITION");
  refused({"subscriptions", "forget"}, 2, "needs NAME");
  refused({"subscriptions", "drop", "mail"}, 2, "drop");
  CHECK(book.run({"subscriptions"}).out == "mail  position 10 of 10, lag 0\n");
}

TEST_CASE("a subscription that a node hands out is not moved from under it") {
  ledger book;
  book.fill(10);
  follow(book);
  auto store = annals::open_store(book.store()).value();
  auto leases = store->open_leases().value();
  for (const auto* name : {"subscription/mail", "subscription-part/3/mail"}) {
    auto held = leases->acquire({name, "someone", "north", std::chrono::minutes{1}}).value();
    auto refused = book.run({"subscriptions", "set", "mail", "3"});
    CHECK(refused.code != 0);
    CHECK_THAT(refused.err, Catch::Contains("handed out by the node north"));
    REQUIRE(leases->release(held.name, held.token));
    REQUIRE(store->save_model(annals::stored_partitions("mail", {5, 4, "some"})));
  }
  leases->acquire({"subscription/mail2", "someone", "north", std::chrono::minutes{1}}).value();
  CHECK(book.run({"subscriptions", "set", "mail", "3"}).code == 0);
  CHECK(book.run({"subscriptions"}).out
        == "mail  position 3 of 10, lag 7 (4 partitions; the least of their positions)\n");
}

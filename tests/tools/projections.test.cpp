#include "tests/tools/ledger.hpp"

#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <csignal>

using annals::tests::child;
using annals::tests::ended;
using annals::tests::ledger;

namespace {

void write_line(const ledger& book, const std::string& text) {
  auto end = book.run({"ask", "ledger.page", "p", "write_line", "{\"text\":\"" + text + "\"}"});
  INFO(end.err);
  REQUIRE(end.code == 0);
}

// A store in which the projection has parked the second and the fourth of five events.
void park_two(const ledger& book) {
  for (auto text : {"a", "poison", "b", "poison", "c"})
    write_line(book, text);
  auto application = book.setup({});
  application.environment.push_back("LEDGER_PROGRAM=catch up");
  REQUIRE(run_to_end(application).code == 0);
}

ended mended(const ledger& book, ledger::arguments line) {
  auto setup = book.setup(std::move(line));
  setup.environment.push_back("LEDGER_MENDED=1");
  return run_to_end(setup);
}

} // namespace

TEST_CASE("parked events are listed, retried and skipped on the command line") {
  ledger book;
  park_two(book);
  auto parked = book.run({"projections", "parked", "lines"});
  CHECK(parked.code == 0);
  CHECK_THAT(parked.out, Catch::Contains("2  ledger.page-p v2  ledger.line_written  domain_threw")
                             && Catch::Contains("4  ledger.page-p v4")
                             && Catch::Contains("cannot count poison"));
  CHECK_THAT(book.run({"projections"}).out, Catch::Contains("2 parked"));
  CHECK_THAT(book.run({"projections", "--json"}).out, Catch::Contains("\"parked\":2"));

  auto again = book.run({"projections", "retry", "lines"});
  CHECK(again.code == 1);
  CHECK_THAT(again.out, Catch::Contains("0 taken in, 0 skipped, 2 still parked")
                            && Catch::Contains("cannot count poison"));
  auto one = mended(book, {"projections", "retry", "lines", "2"});
  CHECK(one.code == 0);
  CHECK_THAT(one.out, Catch::Contains("1 taken in, 0 skipped, 1 still parked"));
  auto skipped = book.run({"--json", "projections", "skip", "lines", "4"});
  CHECK(skipped.out
        == "{\"projection\":\"lines\",\"takenIn\":0,\"skipped\":1,\"stillParked\":0}\n");
  CHECK(book.run({"model", "lines"}).out == "{\"count\":4}\n");
  CHECK_THAT(book.run({"projections", "parked", "lines"}).out, Catch::Contains("no event"));
  CHECK(mended(book, {"projections", "check", "lines"}).code == 0);
}

TEST_CASE("what is asked of a projection by mistake is refused with what to do") {
  ledger book;
  park_two(book);
  auto refused = [&](const ledger::arguments& line, int code, const std::string& part) {
    auto end = book.run(line);
    INFO(end.err);
    CHECK(end.code == code);
    CHECK_THAT(end.err, Catch::Contains(part));
  };
  refused({"projections", "retry", "lines", "3"}, 4, "projections parked");
  refused({"projections", "retry", "lines", "x"}, 2, "number from 1 on");
  refused({"projections", "skip", "lines"}, 2, "POSITION");
  refused({"projections", "skip", "lines", "5"}, 4, "neither parked nor what the projection");
  refused({"projections", "check"}, 2, "needs NAME");
  refused({"projections", "check", "line"}, 2, "lines");
  refused({"projections", "mend", "lines"}, 2, "mend");
  refused({"projections", "parked", "lines", "2"}, 2, "takes no POSITION");
}

TEST_CASE("a check of a read model finds what was changed by hand, with an exit code of its own") {
  ledger book;
  park_two(book);
  CHECK(book.run({"projections", "check", "lines"}).code == 0);
  {
    auto store = annals::open_store(book.store()).value();
    auto stored = store->open_reader().value()->load_model("lines").value().value();
    stored.model = R"({"count":7})";
    REQUIRE(store->save_model(stored));
  }
  auto found = book.run({"projections", "check", "lines"});
  CHECK(found.code == 8);
  CHECK_THAT(found.out, Catch::Contains("/count: 7, from the log 3") && Catch::Contains("differs")
                            && Catch::Contains("1 place"));
  auto orders = book.run({"projections", "retry", "lines"});
  CHECK(orders.code == 1);
  CHECK_THAT(orders.err, Catch::Contains("changed by something else than its projector"));
  CHECK(book.run({"rebuild", "lines"}).code == 0);
  CHECK(book.run({"projections", "check", "lines"}).code == 0);
}

TEST_CASE("a rebuild beside a running application is taken over by it, and undone by neither") {
  ledger book;
  book.fill(1000);
  auto setup = book.setup({});
  setup.environment.push_back("LEDGER_PROGRAM=for ever");
  child application{setup};
  application.wait_for_out("started");
  for (int i = 0; i < 3; ++i)
    REQUIRE(book.run({"rebuild", "balances"}).code == 0);
  application.signal(SIGTERM);
  CHECK(application.wait().code == 143);
  auto stored = annals::open_store(book.store())
                    .value()
                    ->open_reader()
                    .value()
                    ->load_model("balances")
                    .value()
                    .value();
  CHECK(stored.generation == 3);
  CHECK(book.run({"projections", "check", "balances"}).code == 0);
  // Not one event is missing at the end of the log.
  auto model = book.run({"model", "balances"});
  CHECK_THAT(model.out, Catch::Contains("\"0\":100"));
}

TEST_CASE("a projection is paused and resumed on the command line, and `projections` says so") {
  ledger book;
  park_two(book);
  REQUIRE(book.run({"projections", "pause", "lines"}).code == 0);
  CHECK_THAT(book.run({"projections"}).out, Catch::Contains("paused"));
  CHECK(book.run({"projections", "resume", "lines"}).code == 0);
  CHECK_THAT(book.run({"projections"}).out, !Catch::Contains("paused"));
}

TEST_CASE("the model of an old version of a projection is dropped by hand, and no other") {
  ledger book;
  park_two(book);
  {
    auto store = annals::open_store(book.store()).value();
    REQUIRE(store->save_model({"lines@v7", 3, 7, "{}"}));
  }
  auto dropped = book.run({"projections", "drop", "lines@v7"});
  INFO(dropped.err);
  CHECK(dropped.code == 0);
  CHECK_THAT(dropped.out, Catch::Contains("dropped lines@v7"));
  CHECK(book.run({"projections", "drop", "lines@v7"}).code == 4);
  auto refused = book.run({"projections", "drop", "lines@v1"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, Catch::Contains("the model that this program runs"));
  CHECK_THAT(book.run({"projections"}).out, Catch::Contains("2 parked"));
}

TEST_CASE("the parts of a target are listed with their node, and take orders by its name and by "
          "their own") {
  ledger book;
  for (auto number : {"1", "2", "3", "4", "5", "6"})
    REQUIRE(book.run({"ask", "ledger.page", number, "write_line",
                      std::string{R"({"text":")"} + (*number == '3' ? "poison" : number) + "\"}"})
                .code
            == 0);
  auto out_of = [&](const ledger::arguments& line) {
    auto end = book.run(line);
    INFO(end.err);
    CHECK(end.code == 0);
    return end.out;
  };
  auto setup = book.setup({});
  setup.environment.push_back("LEDGER_PROGRAM=in parts");
  child north{setup};
  auto says = [&](const ledger::arguments& line, const std::string& part, int times) {
    north.wait_until(
        [&] {
          auto out = book.run(line).out;
          int found = 0;
          for (auto at = out.find(part); at != std::string::npos; at = out.find(part, at + 1))
            ++found;
          return found == times;
        },
        part);
  };
  says({"projections"}, "position 6 of 6, lag 0 (target", 3);
  says({"projections"}, "on node north)", 3);
  for (auto part : {"annals.target.line_rows@1of3 ", "line_rows@2of3 ", "line_rows@3of3 "})
    says({"projections"}, part, 1);
  says({"projections", "--json"}, R"("node":"north")", 3);
  says({"nodes"}, "of3, stored with lag 0", 3);
  CHECK_THAT(out_of({"projections", "parked", "line_rows"}),
             Catch::Contains("3  ledger.page-3 v1") && Catch::Contains("cannot write poison"));
  out_of({"projections", "pause", "line_rows"});
  says({"projections"}, "paused by hand", 3);
  out_of({"projections", "resume", "line_rows@2of3"});
  says({"projections"}, "paused by hand", 2);
  out_of({"projections", "resume", "line_rows"});
  out_of({"projections", "skip", "line_rows", "3"});
  says({"projections", "parked", "line_rows"}, "no event of line_rows is parked", 1);
  auto refused = [&](const ledger::arguments& line, const std::string& why) {
    auto end = book.run(line);
    CHECK(end.code != 0);
    CHECK_THAT(end.err, Catch::Contains(why));
  };
  refused({"projections", "retry", "line_rows", "3"}, "position 3");
  refused({"projections", "retry", "line_rows", "7"}, "no event at position 7");
  refused({"projections", "parked", "line_rows@1of4"}, "line_rows@1of4");
  refused({"projections", "drop", "line_rows@1of3"}, "projections drop line_rows`");
  refused({"projections", "drop", "line_rows"}, "a node runs the target line_rows@");
  north.close_input();
  CHECK(north.wait().code == 0);
  CHECK_THAT(out_of({"projections", "drop", "line_rows"}), Catch::Contains("line_rows"));
  CHECK_THAT(out_of({"projections"}), !Catch::Contains("line_rows"));
}

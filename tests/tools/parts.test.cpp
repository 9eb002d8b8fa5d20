#include <annals/messages/envelope.hpp>
#include <annals/tools/event_printer.hpp>
#include <annals/tools/importer.hpp>
#include <annals/tools/log_verifier.hpp>
#include <annals/tools/progress.hpp>
#include <annals/tools/suggest.hpp>

#include <catch2/catch.hpp>

#include <map>

using namespace annals;
using namespace annals::tools;
using Catch::Contains;

namespace {

recorded_event event_at(log_position position, std::string stream, stream_version version) {
  recorded_event event;
  event.id = make_id();
  event.type = "ledger.deposited";
  event.payload = "{}";
  event.stream = std::move(stream);
  event.version = version;
  event.position = position;
  return event;
}

struct memory {
  std::unique_ptr<event_store> store = open_store("memory:").value();
  std::unique_ptr<event_reader> reader = store->open_reader().value();
};

} // namespace

TEST_CASE("what was typed is taken for what is near, and not for what is far") {
  const std::vector<std::string> known{"rebuild", "read", "log"};
  CHECK(nearest("rebild", known) == "rebuild");
  CHECK(nearest("raed", known).empty() == false);
  CHECK(nearest("lgo", known) == "log");
  CHECK(nearest("frobnicate", known).empty());
  CHECK(nearest(std::string(10'000, 'x'), known).empty());
}

TEST_CASE("numbers and times are written for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(6.2) == "0:07");
  CHECK(clock_text(3 * 3600 + 61) == "3:01:01");
}

TEST_CASE("an event's line cannot do anything to a terminal") {
  auto event = event_at(7, "ledger.account-\x1b[31m", 1);
  event.payload = "{\n\"a\":\"\xc2\x9b\"}";
  auto line = event_line(event);
  CHECK_THAT(line, !Contains("\x1b") && !Contains("\n") && !Contains("\xc2\x9b"));
  CHECK_THAT(line, Catch::StartsWith("       7  1970-01-01T00:00:00.000000Z  ledger.account-"));
}

TEST_CASE("an import keeps the order of its events across streams") {
  memory to;
  importer into{*to.store, *to.reader};
  std::vector<recorded_event> events;
  for (int round = 0; round < 900; ++round)
    for (const auto* stream : {"a-1", "a-2", "a-2", "a-1"})
      events.push_back(event_at(events.size() + 1, stream, 0));
  std::map<std::string, stream_version> last;
  for (auto& event : events) {
    event.version = ++last[event.stream];
    REQUIRE(into.take(event, event.position).has_value());
  }
  REQUIRE(into.flush().has_value());
  CHECK(into.stored() == events.size());
  CHECK((to.reader->read_log(0, 10'000).value() == events));
}

TEST_CASE("an event that stands twice in an import is passed over the second time") {
  memory to;
  importer into{*to.store, *to.reader};
  auto event = event_at(1, "a-1", 1);
  CHECK(into.take(event, 1).has_value());
  CHECK(into.take(event, 2).has_value());
  CHECK(into.flush().has_value());
  CHECK(into.stored() == 1);
  CHECK(into.passed_over() == 1);
  auto other = into.take(event_at(1, "a-1", 1), 3);
  REQUIRE(other.has_error());
  CHECK_THAT(other.error().message, Contains("line 3: version 1 of stream 'a-1'"));
}

TEST_CASE("an import notices that another writer was there first") {
  memory to;
  importer into{*to.store, *to.reader};
  CHECK(into.take(event_at(1, "a-1", 1), 41).has_value());
  append_request other{"a-1", 0, {event_at(0, "", 0)}};
  REQUIRE(to.store->append({&other, 1}).front().has_value());
  auto answer = into.flush();
  REQUIRE(answer.has_error());
  CHECK_THAT(answer.error().message, Catch::StartsWith("line 41: "));
}

TEST_CASE("a log that is in order has no findings, and each disorder is one") {
  registry none;
  log_verifier good{none};
  good.look_at(event_at(1, "a-1", 1));
  good.look_at(event_at(2, "b-1", 1));
  good.look_at(event_at(3, "a-1", 2));
  CHECK(good.found() == 0);
  CHECK(good.events() == 3);
  CHECK(good.streams() == 2);

  log_verifier bad{none};
  bad.look_at(event_at(2, "a-1", 1));
  bad.look_at(event_at(3, "a-1", 3));
  bad.look_at(event_at(3, "a-1", 4));
  bad.look_at(event_at(4, "no dash", 1));
  bad.look_at(event_at(5, "a-x\ny", 1));
  auto event = event_at(6, "a-2", 1);
  event.payload = "{\"a\":}";
  bad.look_at(event);
  event = event_at(7, "a-2", 2);
  event.metadata = "7";
  bad.look_at(event);
  CHECK(bad.found() == 7);
  CHECK_THAT(bad.findings().at(2).what, Contains("out of order"));
  CHECK_THAT(bad.findings().at(3).what, Contains("'no dash'"));
}

TEST_CASE("a read model that is ahead of its log, or broken, is a finding") {
  memory to;
  REQUIRE(to.store->save_model({"balances", 5, 1, "{}"}).has_value());
  REQUIRE(to.store->save_model({"lines", 0, 1, "{"}).has_value());
  registry none;
  log_verifier checks{none};
  REQUIRE(checks.look_at_rest(*to.reader).has_value());
  CHECK(checks.found() == 2);
  CHECK_THAT(checks.findings().at(0).what, Contains("balances") && Contains("position 5"));
}

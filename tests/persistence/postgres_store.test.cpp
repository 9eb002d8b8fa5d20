#include <annals/persistence/postgres/postgres_store.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/postgres/postgres_writer.hpp>
#include <annals/persistence/postgres/text_form.hpp>

#include <annals/testing/store_conformance.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// One for all tests of this program; it ends with the program.
postgres_server& server() {
  static postgres_server running;
  return running;
}

// The URL of a store that is not there yet.
std::string new_store() {
  static int made = 0;
  return server().store_url("store_" + std::to_string(++made));
}

} // namespace

TEST_CASE("the PostgreSQL store keeps the port's promises") {
  auto url = new_store();
  annals::testing::check_store_conformance({[&] { return open_store(url).value(); }, true});
}

TEST_CASE("any bytes are kept as text, and texts that people write are kept as they are") {
  using postgres::original_form;
  using postgres::stored_form;
  for (const auto& text : {""s, "{\"name\":\"Zoë 🦉\"}"s, "a\tb\nc"s})
    CHECK(stored_form(text) == text);
  for (const auto& text : {"a\0b"s, "\0\1\2"s, "\1A"s, "\xff\xfe"s, "Zo\xc3"s, "\xe2\x82z"s,
                           "\xed\xa0\x80"s, std::string(3, '\0')}) {
    auto stored = stored_form(text);
    CHECK(is_utf8(stored));
    CHECK(stored.find('\0') == std::string::npos);
    CHECK(original_form(stored) == text);
  }
  std::vector<std::string> sorted{"\0"s, "\0\0"s, "\0\1"s, "\1"s, "\1\0"s, "\2"s, "a"s, "é"s};
  for (std::size_t i = 1; i < sorted.size(); ++i)
    CHECK(stored_form(sorted[i - 1]) < stored_form(sorted[i]));
}

TEST_CASE("people can read the log with the database's own shell") {
  auto url = new_store();
  auto schema = url.substr(url.find('=') + 1);
  auto store = open_store(url).value();
  append_request request{"bank.account-1", 0, {sample_event(R"({"cents":100,"name":"Zoë"})")}};
  request.events[0].type = "bank.opened";
  request.events[0].time = timestamp{1'700'000'000'123'456us};
  append(*store, request).value();
  append(*store, with_outcome(sample_outcome("a-1"))).value();
  append(*store, taking("a-1", "ann")).value();
  raw_session shell{server().url()};
  shell.run("SET search_path = " + schema + "; SET TimeZone = 'UTC'");
  CHECK(
      shell.run("SELECT position || ' ' || stream || ' ' || version || ' ' || type || ' ' || time "
                "FROM log WHERE payload::jsonb->>'name' = 'Zoë'")
      == "1 bank.account-1 1 bank.opened 2023-11-14 22:13:20.123456+00");
  CHECK(shell.run("SELECT stream || ' ' || command || ' ' || code FROM outcomes")
        == "a-1 withdraw rejected");
  CHECK(shell.run("SELECT in_set || ' ' || value || ' ' || stream FROM reservations")
        == "bank.email ann a-1");
}

TEST_CASE("a group larger than one statement carries is stored whole, and in order") {
  auto store = open_store(new_store()).value();
  std::vector<append_request> requests;
  for (int i = 0; i < 5; ++i) {
    requests.push_back(sample_request("a-" + std::to_string(i % 2), i / 2 * 2, 2));
    for (auto& event : requests.back().events)
      event.payload = std::string(5U << 20, static_cast<char>('a' + i));
  }
  auto outcome = sample_outcome("a-1");
  outcome.why.reset();
  outcome.events = 2;
  requests.back().extras.outcomes.push_back(outcome);
  auto outcomes = store->append(requests);
  std::vector<recorded_event> expected;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CHECK(outcomes[i] == appended{i / 2 * 2 + 2, 2 * i + 2});
    for (auto& event : recorded(requests[i], 2 * i + 1))
      expected.push_back(std::move(event));
  }
  CHECK((whole_log(*store) == expected));
  CHECK(store->open_reader().value()->find_outcomes(outcome.correlation_id, 1).value()[0].position
        == 10);
}

TEST_CASE("more streams than a writer remembers are told apart all the same") {
  auto url = new_store();
  (void)open_store(url).value();
  auto where = postgres::read_settings(url, {});
  postgres::session session{where};
  postgres::postgres_writer writer{session, 4};
  std::minstd_rand random{1};
  std::vector<stream_version> version(50, 0);
  for (int round = 0; round < 30; ++round) {
    std::vector<append_request> requests;
    for (int i = 0; i < 20; ++i) {
      auto stream = random() % version.size();
      requests.push_back(sample_request(std::to_string(stream), version[stream]++));
      if (round % 2 == 0)
        requests.push_back(sample_request(std::to_string(random() % version.size()), 999));
    }
    auto outcomes = writer.append(requests);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      CHECK(outcomes[i].has_value() == (requests[i].expected_version != 999));
  }
}

TEST_CASE("what is acknowledged is on disk, whatever the role or the database prefers") {
  run_sql(server().url(), "CREATE ROLE hasty LOGIN SUPERUSER; "
                          "ALTER ROLE hasty SET synchronous_commit = off; "
                          "ALTER ROLE hasty SET default_transaction_isolation = serializable");
  auto where = postgres::read_settings(
      "postgresql://hasty@127.0.0.1:" + std::to_string(server().port()) + "/postgres", {});
  postgres::connection db{where};
  CHECK(db.execute("SHOW synchronous_commit")[0].bytes(0) == "on");
  CHECK(db.execute("SHOW transaction_isolation")[0].bytes(0) == "read committed");
}

TEST_CASE("readers and writers find what they ask for by an index, whatever there is") {
  auto url = new_store();
  (void)open_store(url).value();
  auto where = postgres::read_settings(url, {});
  postgres::connection db{where};
  for (const std::string query :
       {"SELECT * FROM events WHERE position > $1 ORDER BY position LIMIT $2",
        "SELECT * FROM events WHERE stream = $1 AND version >= $2 ORDER BY version DESC",
        "SELECT * FROM outcomes WHERE stream = $1::text AND time >= $2 ORDER BY time DESC, id DESC",
        "SELECT * FROM outcomes WHERE time < $1 ORDER BY time LIMIT $2",
        "SELECT * FROM streams WHERE name > $1::text ORDER BY name LIMIT $2",
        "SELECT max(version) FROM events WHERE stream = $1 AND $2 > 0"}) {
    INFO(query);
    db.execute("DEALLOCATE ALL; PREPARE asked AS " + query);
    auto plan = db.execute("EXPLAIN EXECUTE asked(1, 1)");
    std::string text;
    for (int i = 0; i < plan.size(); ++i)
      text += std::string{plan[i].bytes(0)} + '\n';
    CHECK_THAT(text, Catch::Contains("Index"));
    CHECK_THAT(text, !Catch::Contains("Sort"));
    CHECK_THAT(text, !Catch::Contains("Seq Scan"));
  }
}

TEST_CASE("a watch ends right after an append, and another one begins") {
  auto store = open_store(new_store()).value();
  for (stream_version version = 0; version < 200; ++version) {
    auto watch = store->watch_growth([](log_position) {}).value();
    REQUIRE(watch);
    fill(*store, "a-1", version, 1);
  }
  CHECK(store->open_reader().value()->last_position().value() == 200);
}

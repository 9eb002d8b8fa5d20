#include <annals/persistence/open_store.hpp>
#include <annals/persistence/postgres/opening.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/loopback_proxy.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace annals;
using namespace annals::tests;

namespace {

using text_list = std::vector<std::string>;

postgres_server& server() {
  static postgres_server running;
  return running;
}

void sql(const std::string& text) { run_sql(server().url(), text); }

std::string url_of(const std::string& user, const std::string& schema) {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(server().port())
         + "/postgres?annals_schema=" + schema;
}

// One line that names the thing and says what to do, and no password.
void check_failure(const failure& why, errc code, const text_list& parts) {
  INFO(why.message);
  CHECK(why.code == code);
  for (const auto& part : parts)
    CHECK_THAT(why.message, Catch::Contains(part));
  CHECK_THAT(why.message, !Catch::Contains("s3cret"));
  CHECK(why.message.find('\n') == std::string::npos);
}

void check_refused(const std::string& url, errc code, const text_list& parts,
                   open_mode mode = open_mode::create) {
  auto opened = open_store(url, {.mode = mode});
  REQUIRE(opened.has_error());
  check_failure(opened.error(), code, parts);
}

// A store that has one event.
std::string filled_store(const std::string& schema) {
  auto url = server().store_url(schema);
  fill(*open_store(url).value(), "a-1", 0, 1);
  return url;
}

} // namespace

TEST_CASE("a URL that cannot be understood is refused with what is wrong, without the password") {
  check_refused("postgresql:host/db", errc::invalid_argument, {"//"});
  check_refused("postgresql://u:s3cret@h:port/db", errc::invalid_argument, {"port"});
  check_refused("postgresql://u:s3cret@h/db?x", errc::invalid_argument, {"cannot be read"});
  check_refused("postgresql://u:s3cret@h/db?nonsense=1", errc::invalid_argument, {"nonsense"});
  check_refused("postgresql://u:s3cret@[h/db", errc::invalid_argument, {"cannot be read"});
  check_refused("postgresql://h/db?annals_shema=x", errc::invalid_argument,
                {"'annals_shema'", "annals_schema"});
  check_refused("postgresql://h/db?annals_schema=", errc::invalid_argument, {"1 to 63"});
  check_refused("postgresql://h/db?annals_schema=pg_x", errc::invalid_argument, {"'pg_x'"});
  check_refused("postgresql://h/db?annals_schema=" + std::string(64, 'x'), errc::invalid_argument,
                {"1 to 63"});
  check_refused("postgresql://h/db?annals_reconnect_timeout=-1", errc::invalid_argument, {"'-1'"});
}

TEST_CASE("a server that cannot be reached is named, with what to look at") {
  check_refused("postgresql://postgres:s3cret@no-such-host.invalid/bank", errc::store_unavailable,
                {"no-such-host.invalid", "check host and port"});
  check_refused("postgresql://postgres:s3cret@127.0.0.1:1/bank", errc::store_unavailable,
                {"127.0.0.1:1/bank", "check host and port", "refused"});
}

TEST_CASE("a wrong password, user or database is named") {
  sql("CREATE ROLE locked LOGIN PASSWORD 's3cret-right'");
  check_refused(url_of("locked:s3cret-wrong", "a"), errc::store_unavailable,
                {"user and password", "authentication failed"});
  check_refused(url_of("locked", "a"), errc::store_unavailable, {"user and password"});
  check_refused(url_of("nobody-there", "a"), errc::store_unavailable,
                {"user and password", "nobody-there"});
  check_refused(server().url("no_such"), errc::not_found, {"no_such", "does not exist", "create"});
}

TEST_CASE("a store that is not there is not found, unless it may be created") {
  for (auto mode : {open_mode::existing, open_mode::read_only})
    check_refused(server().store_url("not_there"), errc::not_found,
                  {"not_there", "annals_schema", "nor its schema"}, mode);
  sql("CREATE SCHEMA empty_one");
  check_refused(server().store_url("empty_one"), errc::not_found, {"its schema is empty"},
                open_mode::existing);
  CHECK(open_store(server().store_url("empty_one")).has_value());
  CHECK(open_store(server().store_url("empty_one"), {.mode = open_mode::existing}).has_value());
}

TEST_CASE("any schema may have the store, also beside tables of another program") {
  sql("CREATE SCHEMA shared_one; CREATE TABLE shared_one.customers(id int)");
  for (const std::string schema : {"we%22ird%20Sch%C3%A9ma%3B--", "shared_one", "public"}) {
    INFO(schema);
    auto url = filled_store(schema);
    CHECK(whole_log(*open_store(url, {.mode = open_mode::existing}).value()).size() == 1);
  }
}

TEST_CASE("tables of another program are no store, and stay as they are") {
  sql("CREATE SCHEMA other; CREATE TABLE other.events(id int, data text)");
  check_refused(server().store_url("other"), errc::not_a_store,
                {"another program", "annals_schema"});
  sql("CREATE SCHEMA third; CREATE TABLE third.layout(program text, number bigint); "
      "INSERT INTO third.layout VALUES ('ledger', 4)");
  check_refused(server().store_url("third"), errc::not_a_store, {"another program"});
  sql("CREATE SCHEMA fourth; CREATE TABLE fourth.layout(width int)");
  check_refused(server().store_url("fourth"), errc::not_a_store, {"another program"});
  CHECK(run_sql(server().url(), "SELECT count(*) FROM pg_tables WHERE schemaname IN "
                                "('other', 'third', 'fourth')")
        == "3");
}

TEST_CASE("a newer layout is refused, also where it came while the store was open") {
  auto url = filled_store("newer");
  auto store = open_store(url + "&annals_reconnect_timeout=5").value();
  sql("UPDATE newer.layout SET number = 99");
  check_refused(url, errc::layout_too_new, {"layout 99", "upgrade"});
  check_refused(url, errc::layout_too_new, {"layout 99", "upgrade"}, open_mode::read_only);
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'annals'");
  check_failure(append(*store, sample_request("a-1", 1)).error(), errc::layout_too_new,
                {"layout 99", "restart"});
}

TEST_CASE("a column or a table that is missing is named") {
  auto url = filled_store("damaged");
  sql("ALTER TABLE damaged.events RENAME COLUMN metadata TO notes");
  check_refused(url, errc::store_corrupt, {"'events.metadata'", "restore a backup"});
  sql("ALTER TABLE damaged.events RENAME COLUMN notes TO metadata");
  auto store = open_store(url).value();
  sql("DROP TABLE damaged.reservations");
  check_refused(url, errc::store_corrupt, {"'reservations.in_set'"}, open_mode::read_only);
  check_failure(append(*store, taking("a-1", "ann", 1)).error(), errc::store_corrupt,
                {"reservations", "does not exist"});
  CHECK(append(*store, sample_request("a-1", 1)) == appended{2, 2});
}

TEST_CASE("a write that breaks the rules of the log is refused, whoever made it") {
  auto url = filled_store("broken");
  auto store = open_store(url).value();
  sql("INSERT INTO broken.events SELECT 2, stream, 3, schema_version, time, command_digest, id, "
      "correlation_id, causation_id, type, metadata, payload FROM broken.events");
  sql("INSERT INTO broken.streams VALUES (3, 'b-1')");
  check_failure(append(*store, sample_request("c-1", 0)).error(), errc::store_corrupt,
                {"another program", "verify"});
}

TEST_CASE("rights that a role lacks are named with the statement that grants them") {
  auto url = filled_store("rights");
  sql("CREATE ROLE teller LOGIN");
  check_refused(url_of("teller", "rights"), errc::store_unavailable,
                {"teller", "GRANT USAGE ON SCHEMA rights TO teller"});
  sql("GRANT USAGE ON SCHEMA rights TO teller");
  check_refused(url_of("teller", "rights"), errc::store_unavailable,
                {"SELECT", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES"});
  sql("GRANT SELECT ON ALL TABLES IN SCHEMA rights TO teller");
  check_refused(url_of("teller", "rights"), errc::store_read_only, {"INSERT", "streams"});
  auto reading = open_store(url_of("teller", "rights"), {.mode = open_mode::read_only}).value();
  CHECK(whole_log(*reading).size() == 1);
  sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA rights TO teller");
  auto store = open_store(url_of("teller", "rights")).value();
  CHECK(fill(*store, "a-1", 1, 1) == appended{2, 2});
  sql("REVOKE INSERT ON rights.events FROM teller");
  check_failure(append(*store, sample_request("a-1", 2)).error(), errc::store_read_only,
                {"GRANT", "permission denied"});
  check_refused(url_of("teller", "new_one"), errc::store_read_only,
                {"CREATE SCHEMA new_one AUTHORIZATION teller"});
  sql("CREATE SCHEMA new_one AUTHORIZATION teller");
  CHECK(open_store(url_of("teller", "new_one")).has_value());
}

TEST_CASE("a server that may only be read is read, and not written") {
  auto url = filled_store("standby");
  sql("CREATE ROLE reporter LOGIN SUPERUSER; "
      "ALTER ROLE reporter SET default_transaction_read_only = on");
  check_refused(url_of("reporter", "standby"), errc::store_read_only, {"standby", "primary"});
  auto reading = open_store(url_of("reporter", "standby"), {.mode = open_mode::read_only}).value();
  CHECK(whole_log(*reading).size() == 1);
  for (const auto& outcome :
       {append(*reading, sample_request("a-1", 1)), append(*reading, taking("a-1", "ann", 1))})
    CHECK(outcome.error().code == errc::store_read_only);
  CHECK(reading->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_read_only);
}

TEST_CASE("a server or a database that cannot keep the promises is refused") {
  CHECK_NOTHROW(postgres::check_server_version(150'020, "'x'"));
  CHECK_NOTHROW(postgres::check_server_version(130'000, "'x'"));
  for (int version : {120'022, 90'624}) {
    try {
      postgres::check_server_version(version, "'x'");
      FAIL("version " << version << " was taken");
    } catch (const error& e) {
      check_failure(e.why(), errc::store_unavailable, {"'x'", "upgrade", "13"});
    }
  }
  sql("CREATE DATABASE western ENCODING 'LATIN1' TEMPLATE template0");
  check_refused(server().url("western"), errc::store_unavailable, {"LATIN1", "ENCODING 'UTF8'"});
}

TEST_CASE("a server that is too old is refused with its version and the one that is needed") {
  loopback_proxy old{server().port()};
  auto url = "postgresql://postgres@127.0.0.1:" + std::to_string(old.port())
             + "/postgres?sslmode=disable&gssencmode=disable&annals_schema=old";
  old.claim_version("12");
  for (auto mode : {open_mode::create, open_mode::read_only})
    check_refused(url, errc::store_unavailable, {"PostgreSQL 12", "upgrade it to 13"}, mode);
  old.claim_version("13");
  fill(*open_store(url).value(), "a-1", 0, 1);
}

TEST_CASE("what the URL leaves out comes from the environment, as for every program with libpq") {
  setenv("PGHOST", "127.0.0.1", 1);
  setenv("PGPORT", std::to_string(server().port()).c_str(), 1);
  setenv("PGUSER", "postgres", 1);
  CHECK(fill(*open_store("postgresql:").value(), "a-1", 0, 1) == appended{1, 1});
  CHECK(fill(*open_store("postgres:///postgres").value(), "a-1", 1, 1) == appended{2, 2});
  setenv("PGDATABASE", "no_such", 1);
  check_refused("postgresql:", errc::not_found, {"127.0.0.1", "no_such"});
  for (const auto* variable : {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE"})
    unsetenv(variable);
}

TEST_CASE("names and values that no index can hold are refused, their neighbours are stored") {
  auto store = open_store(server().store_url("large")).value();
  append_request long_value{"a-3", 0, {}};
  long_value.extras.reservations = {{"bank.email", std::string(5000, 'x')}};
  std::vector requests{sample_request(std::string(5000, 'x'), 0), sample_request("a-1", 0),
                       long_value};
  auto outcomes = store->append(requests);
  check_failure(outcomes[0].error(), errc::invalid_argument, {"1200 bytes"});
  CHECK(outcomes[1] == appended{1, 1});
  check_failure(outcomes[2].error(), errc::invalid_argument, {"1200 bytes"});
  CHECK(append(*store, sample_request(std::string(1200, '\1'), 0)) == appended{1, 2});
}

#include "tests/actors/places.hpp"

#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/opening.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::tests::settings;
using annals::tests::temporary_folder;
using ledger::account;
using ledger::deposit;
using ledger::withdraw;

// Snapshots that somebody or something has changed behind the framework's back: whatever stands in
// their table, each answer is that of the stream.

namespace {

class spoilt_store {
public:
  spoilt_store() {
    annals::node node{ledger::domain{}, with(20)};
    for (int i = 0; i < 25; ++i)
      REQUIRE(node.ask<account>("a", deposit{1}).get());
    node.stop();
    annals::sqlite::connection db{file_, annals::sqlite::access::query, std::chrono::seconds{1}};
    REQUIRE(db.number("SELECT version FROM snapshots") == 20);
  }

  annals::config with(std::uint64_t every_events) const {
    auto made = settings("sqlite:" + file_);
    made.live_aggregates = 1;
    made.snapshots.every_events = every_events;
    made.snapshots.after_loading = std::chrono::hours{1};
    return made;
  }

  void spoil(const std::string& sql) const {
    annals::sqlite::connection db{file_, annals::sqlite::access::write, std::chrono::seconds{1}};
    db.execute(sql.c_str());
  }

  // Checks all answers; how many snapshots were ignored in the two loadings that this takes.
  std::uint64_t ignored_with_right_answers() const {
    annals::node node{ledger::domain{}, with(0)};
    CHECK(node.load<account>("a").value().balance == 25);
    CHECK(node.ask<account>("a", withdraw{26}).get().error().code == errc::rejected);
    CHECK(node.ask<account>("a", withdraw{25}).get().value().version == 26);
    CHECK(node.load<account>("a").value().balance == 0);
    REQUIRE(node.ask<account>("other", deposit{1}).get()); // sends the other one away
    CHECK(node.ask<account>("a", deposit{2}).get().value().version == 27);
    CHECK(node.load<account>("a").value().balance == 2);
    return node.internals().aggregates().snapshots_ignored;
  }

private:
  temporary_folder folder_;
  std::string file_ = folder_.file("a.annals");
};

// A table as ours, which takes NULL.
constexpr auto without_rules =
    "CREATE TABLE other AS SELECT * FROM snapshots; DROP TABLE snapshots; "
    "CREATE TABLE snapshots(id INTEGER PRIMARY KEY, stream, version, position, schema_version, "
    "time, state, UNIQUE(stream, version)); INSERT INTO snapshots SELECT * FROM other; "
    "DROP TABLE other; ";

} // namespace

TEST_CASE("a snapshot whose state cannot be read changes no answer") {
  const std::string state = GENERATE(
      as<std::string>{}, "''", "' '", "'null'", "'true'", "'[]'", "'{}'", "0", "1.5",
      "substr(state, 1, 8)", "state || state", "x'00'", "x'fffe'", "CAST(x'7b22ff227d' AS TEXT)",
      "zeroblob(1000)", "randomblob(100000)", R"('{"balance":20}')",
      R"('{"balance":"20","name_in_use":""}')", R"('{"balance":20,"name_in_use":7}')",
      R"('{"balance":20,"name_in_use":"","more":1}')",
      R"('{"balance":99999999999999999999,"name_in_use":""}')",
      R"('{"balance":20.5,"name_in_use":""}')", R"('{"balance":null,"name_in_use":null}')",
      "replace(hex(zeroblob(100000)), '0', '[')");
  CAPTURE(state);
  spoilt_store store;
  store.spoil("UPDATE snapshots SET state = " + state);
  CHECK(store.ignored_with_right_answers() == 2);
}

TEST_CASE(
    "a snapshot that is not of its stream as it is, or of no known schema, changes no answer") {
  const std::string changed =
      GENERATE(as<std::string>{}, "version = 1000", "version = 26", "version = 0", "version = -5",
               "version = 19", "position = 19", "position = 0", "position = -1", "position = 'x'",
               "schema_version = 7", "schema_version = 0", "schema_version = -1",
               "schema_version = 'x'", "schema_version = 4294967295");
  CAPTURE(changed);
  spoilt_store store;
  store.spoil("UPDATE snapshots SET " + changed);
  CHECK(store.ignored_with_right_answers() == 2);
}

TEST_CASE("snapshots that are gone, of nobody, or without a time, change no answer") {
  const std::string sql = GENERATE(
      as<std::string>{}, "DELETE FROM snapshots", "UPDATE snapshots SET stream = 'nobody'",
      "UPDATE snapshots SET stream = x'00'", "UPDATE snapshots SET version = 'never'",
      "UPDATE snapshots SET time = 'never'", "UPDATE snapshots SET time = -9223372036854775807");
  CAPTURE(sql);
  spoilt_store store;
  store.spoil(sql);
  CHECK(store.ignored_with_right_answers() == 0);
}

TEST_CASE("snapshots with nothing in their columns change no answer") {
  const std::string column =
      GENERATE(as<std::string>{}, "state", "position", "schema_version", "version", "time");
  CAPTURE(column);
  spoilt_store store;
  store.spoil(without_rules + ("UPDATE snapshots SET " + column + " = NULL"));
  CHECK(store.ignored_with_right_answers() <= 2);
}

TEST_CASE("a node whose table of snapshots goes away answers from the streams, and goes on") {
  spoilt_store store;
  annals::node node{ledger::domain{}, store.with(20)};
  store.spoil("DROP TABLE snapshots");
  for (annals::stream_version version = 26; version < 70; ++version)
    REQUIRE(node.ask<account>("a", deposit{1}).get().value().version == version);
  REQUIRE(node.ask<account>("other", deposit{1}).get());
  CHECK(node.ask<account>("a", withdraw{70}).get().error().code == errc::rejected);
  CHECK(node.ask<account>("a", withdraw{69}).get().value().version == 70);
  CHECK(node.internals().aggregates().snapshots_ignored == 3);
}

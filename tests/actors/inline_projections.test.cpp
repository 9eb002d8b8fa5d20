#include "tests/actors/places.hpp"
#include "tests/actors/poison_helpers.hpp"
#include "tests/persistence/child_process.hpp"

#include <annals/actors/inline_tables.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <map>

using annals::errc;
using annals::node;
using annals::sql_session;
using namespace annals::tests;
using namespace poison;
using namespace std::chrono_literals;

namespace in_store {

struct sums {
  static constexpr annals::projection_name name{"poison.inline_sums"};
  using events = annals::events<added>;
  static constexpr auto tables =
      "CREATE TABLE app_sums(id TEXT PRIMARY KEY, amount BIGINT NOT NULL); "
      "CREATE TABLE app_log(position BIGINT PRIMARY KEY, id TEXT NOT NULL)";
};

// Some of it is written before it throws.
void project(sums, sql_session& db, const annals::recorded<added>& event) {
  db.execute("INSERT INTO app_sums VALUES (?1, ?2) ON CONFLICT(id) "
             "DO UPDATE SET amount = app_sums.amount + ?2",
             event.id, event->amount);
  db.execute("INSERT INTO app_log VALUES (?1, ?2)", event.position, event.id);
  throw_at(*event);
  if (event->how == "commit")
    db.execute("COMMIT");
  if (event->how == "wrong")
    db.execute("INSERT INTO app_nowhere VALUES (1)");
  if (event->how == "caught")
    try {
      db.execute("INSERT INTO app_nowhere VALUES (1)");
    } catch (const annals::error&) {} // PostgreSQL takes nothing more in this transaction
}

} // namespace in_store

namespace {

using only_counter = annals::domain<counter>;
using sum_map = std::map<std::string, std::int64_t>;

annals::config with_inline(const std::string& store) {
  annals::config settings;
  settings.store = store;
  settings.inline_projections.push_back(annals::inline_tables<in_store::sums>());
  return settings;
}

// Reads the tables through an inline projection that writes nothing.
struct seen {
  sum_map sums;
  std::int64_t rows = 0;
};

seen tables_of(const std::string& url) {
  seen found;
  auto store = annals::open_store(url).value();
  annals::inline_projection reading;
  reading.name = "test.reading." + annals::to_string(annals::make_id());
  reading.project = [&](sql_session& db, const annals::recorded_event&) -> annals::result<void> {
    found = {};
    for (const auto& row : db.query("SELECT id, amount FROM app_sums"))
      found.sums[std::get<std::string>(row[0])] = std::get<std::int64_t>(row[1]);
    found.rows = std::get<std::int64_t>(db.query("SELECT count(*) FROM app_log")[0][0]);
    return {};
  };
  store->keep_inline({&reading, 1}).value(); // from the beginning of the log
  return found;
}

// An independent fold of the log, and how many events it has.
seen fold_of(const std::string& url) {
  seen made;
  auto store = annals::open_store(url).value();
  auto reader = store->open_reader().value();
  for (annals::log_position at = 0;;) {
    auto events = reader->read_log(at, 1000).value();
    if (events.empty())
      return made;
    for (const auto& event : events) {
      made.sums[event.stream.substr(event.stream.find('-') + 1)] +=
          annals::from_json<added>(event.payload).value().amount;
      ++made.rows;
      at = event.position;
    }
  }
}

void check_tables(const std::string& url) {
  const auto tables = tables_of(url);
  const auto folded = fold_of(url);
  CHECK(tables.sums == folded.sums);
  CHECK(tables.rows == folded.rows);
}

} // namespace

TEST_CASE(
    "tables of an inline projection have each event when its receipt is there, once, and what "
    "it refuses is not stored") {
  not_mended fresh;
  places at;
  const auto url = at.urls.at(GENERATE(range(std::size_t{1}, places::kinds)));
  CAPTURE(url);
  {
    node counting{only_counter{}, with_inline(url)};
    std::vector<std::pair<std::string, std::future<annals::reply>>> asked;
    for (int i = 0; i < 300; ++i) {
      const std::string how = i % 10 == 3   ? "poison"
                              : i % 50 == 7 ? "commit"
                              : i % 50 == 8 ? "wrong"
                              : i % 50 == 9 ? "caught"
                                            : "";
      asked.emplace_back(how, counting.ask<counter>(std::to_string(i % 7), add{i, how}));
    }
    for (auto& [how, answer] : asked) {
      auto reply = answer.get();
      REQUIRE(reply.has_value() == how.empty());
      if (reply)
        continue;
      CHECK(reply.error().code == errc::domain_threw);
      CHECK_THAT(reply.error().message, Catch::Contains("inline projection poison.inline_sums"));
    }
    add_one(counting, "last", 5);
    CHECK(tables_of(url).sums.at("last") == 5);
  }
  check_tables(url);
  node again{only_counter{}, with_inline(url)};
  add_one(again, "last", 6);
  check_tables(url);
}

TEST_CASE(
    "an inline projection that is new begins with the log, and takes in what a writer without "
    "it has written") {
  not_mended fresh;
  places at;
  const auto url = at.urls.at(GENERATE(range(std::size_t{1}, places::kinds)));
  CAPTURE(url);
  { fill(*annals::open_store(url).value(), 2'500, 10, 10'000, 9'999); }
  node counting{only_counter{}, with_inline(url)};
  CHECK(tables_of(url).rows == 2'500);
  {
    node without{only_counter{}, settings(url)};
    add_one(without, "other", 4);
  }
  add_one(counting, "mine", 1);
  check_tables(url);
}

TEST_CASE("a request over several streams is taken in whole, or refused whole") {
  not_mended fresh;
  places at;
  const auto url = at.urls.at(GENERATE(range(std::size_t{1}, places::kinds)));
  CAPTURE(url);
  auto store = annals::open_store(url).value();
  const auto inline_sums = annals::inline_tables<in_store::sums>();
  REQUIRE(store->keep_inline({&inline_sums, 1}));
  auto event = [](int amount, const std::string& how) {
    annals::new_event made;
    made.id = annals::make_id();
    made.type = added::name.text();
    made.time = annals::now();
    made.payload = annals::to_json(added{amount, how}).value();
    return made;
  };
  std::vector<annals::append_request> group(3);
  group[0] = {"poison.counter-a", 0, {event(1, "")}};
  group[0].extras.parts.push_back({"poison.counter-b", 0, {event(2, ""), event(3, "")}});
  group[1] = {"poison.counter-a", 1, {event(4, "")}};
  group[1].extras.parts.push_back({"poison.counter-b", 2, {event(5, "poison")}});
  group[2] = {"poison.counter-a", 1, {event(6, "")}};
  auto outcomes = store->append(group);
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[0].value() == annals::appended{1, 3});
  CHECK(outcomes[1].error().code == errc::domain_threw);
  CHECK(outcomes[2].value() == annals::appended{2, 4});
  store.reset();
  check_tables(url);
  CHECK(tables_of(url).sums == sum_map{{"a", 7}, {"b", 5}});
}

TEST_CASE("tables of an inline projection are the fold of the log after any kill") {
  not_mended fresh;
  places at;
  const auto url = at.urls.at(GENERATE(range(std::size_t{1}, places::kinds)));
  CAPTURE(url);
  for (int kills = 0; kills < 5; ++kills) {
    child_process counting{[&](const child_process::report& report) {
      node one{only_counter{}, with_inline(url)};
      for (std::uint64_t round = 1;; ++round) {
        std::vector<std::future<annals::reply>> asked;
        for (int i = 0; i < 20; ++i)
          asked.push_back(one.ask<counter>(std::to_string(i % 5), add{i, i == 13 ? "poison" : ""}));
        for (auto& each : asked)
          each.wait();
        report(round);
      }
    }};
    std::uint64_t round = 0;
    while (counting.next(round) && round < 3 + static_cast<std::uint64_t>(kills)) {}
    counting.kill();
    check_tables(url);
  }
}

TEST_CASE(
    "an inline projection that cannot be kept keeps the node from starting, with the reason") {
  not_mended fresh;
  places at;
  auto refused = [&](const annals::config& settings) {
    auto started = node::start(annals::domain<counter, total>{}, settings);
    REQUIRE(started.has_error());
    return started.error();
  };
  const auto none = refused(with_inline("memory:"));
  CHECK(none.code == errc::invalid_argument);
  CHECK_THAT(none.message, Catch::Contains("SQLite or PostgreSQL"));
  for (std::size_t i = 1; i < at.urls.size(); ++i) {
    const auto& url = at.urls[i];
    CAPTURE(url);
    auto wrong = with_inline(url);
    wrong.inline_projections[0].tables = "CREATE TABEL x(a)";
    CHECK_THAT(refused(wrong).message, Catch::Contains("TABEL"));
    auto named = with_inline(url);
    named.inline_projections[0].name = "poison.total";
    CHECK(refused(named).code == errc::invalid_argument);
    { fill(*annals::open_store(url).value(), 10, 1, 10, 5); }
    const auto poisoned = refused(with_inline(url));
    CHECK(poisoned.code == errc::domain_threw);
    CHECK_THAT(poisoned.message, Catch::Contains("position 5"));
    mended = true;
    { node good{only_counter{}, with_inline(url)}; }
    mended = false;
    auto newer = with_inline(url);
    newer.inline_projections[0].schema_version = 2;
    CHECK_THAT(refused(newer).message, Catch::Contains("schema version 1"));
  }
}

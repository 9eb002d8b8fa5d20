// A projection into tables of a PostgreSQL server whose parts several nodes run.

#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/part_rows.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/raw_session.hpp"

#include <annals/actors/postgres_tables.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <latch>

using annals::errc;
using annals::node;
using namespace annals::tests;
using namespace part_rows;
using namespace poison;
using namespace std::chrono_literals;

namespace part_rows {

/// Rows that remember in which order they came.
struct numbered {
  static constexpr annals::projection_name name{"poison.part_rows"};
  using events = annals::events<added>;
  static constexpr auto tables = "CREATE TABLE amounts(number BIGSERIAL, id TEXT, version BIGINT, "
                                 "amount BIGINT);"
                                 "CREATE TABLE sums(id TEXT PRIMARY KEY, sum BIGINT)";
};
void project(numbered, annals::sql_session& db, const annals::recorded<added>& event) {
  db.execute("INSERT INTO amounts(id, version, amount) VALUES (?1, ?2, ?3)", event.id,
             event.version, event->amount);
  db.execute("INSERT INTO sums VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET sum = sums.sum + ?2",
             event.id, event->amount);
}

} // namespace part_rows

namespace {

using counters = annals::domain<counter>;
constexpr std::uint32_t parts = 8;

crew::settings_changer on(const postgres_server& server, std::uint32_t count = parts) {
  return [&server, count](annals::config& settings) {
    auto target = annals::postgres_tables<numbered>(server.url());
    target.largest_batch = 20;
    auto how = with(server.store_url("store"), std::move(target), count);
    how.cluster = settings.cluster;
    settings = how;
  };
}

// Against a fold of the log by itself.
void check_tables(const postgres_server& server) {
  std::map<std::string, std::int64_t> sums;
  auto reader = annals::open_store(server.store_url("store")).value()->open_reader().value();
  annals::log_position end = 0;
  for (const auto& event : reader->read_log(0, 1'000'000).value()) {
    auto id = std::string{annals::split_stream_name(event.stream).id};
    sums[id] += annals::decode_event<added>(event).value().amount;
    ++end;
  }
  std::string expected;
  for (const auto& [id, sum] : sums)
    expected += (expected.empty() ? "" : ",") + id + "=" + std::to_string(sum);
  CHECK(run_sql(server.url(), "SELECT string_agg(id || '=' || sum, ',' ORDER BY id COLLATE \"C\") "
                              "FROM sums")
        == expected);
  CHECK(run_sql(server.url(), "SELECT count(*) FROM amounts") == std::to_string(end));
  CHECK(run_sql(server.url(), "SELECT count(*) FROM (SELECT version, row_number() OVER "
                              "(PARTITION BY id ORDER BY number) AS place FROM amounts) AS rows "
                              "WHERE version <> place")
        == "0");
}

std::map<std::string, int> parts_by_node(node& at) {
  std::map<std::string, int> count;
  for (const auto& status : at.projections())
    ++count[status.node];
  return count;
}

bool all_parts_are_at(node& at, annals::log_position position) {
  return comes_true([&] {
    auto all = at.projections();
    return all.size() == parts && std::ranges::all_of(all, [&](const auto& status) {
             return status.position >= position;
           });
  });
}

} // namespace

TEST_CASE("parts are spread over two nodes, and together the tables are what the log says, each "
          "stream in order") {
  postgres_server server;
  fill(*annals::open_store(server.store_url("store")).value(), 4'000, 40, 5'000, 0);
  crew nodes{counters{}, {"north", "south"}, on(server)};
  REQUIRE(nodes["north"].wait_for(rows_name, 4'000, 60s));
  REQUIRE(comes_true([&] {
    auto count = parts_by_node(nodes["north"]);
    return count["north"] > 0 && count["south"] > 0 && count["north"] + count["south"] == parts;
  }));
  auto last = add_one(nodes["south"], "late", 7);
  for (const auto* name : {"north", "south"}) {
    CHECK(nodes[name].wait_for(rows_name, last, 20s));
    CHECK(all_parts_are_at(nodes[name], last));
    for (std::uint32_t number = 1; number <= parts; ++number)
      CHECK(nodes[name].wait_for(part(number, parts), last, 20s));
  }
  check_tables(server);
  CHECK(run_sql(server.url(), "SELECT count(*) FROM annals_checkpoints") == std::to_string(parts));
}

TEST_CASE("parts move to the other node when theirs stops, and back to a third, under load") {
  postgres_server server;
  crew nodes{counters{}, {"north", "south"}, on(server)};
  annals::log_position last = 0;
  auto add_some = [&](const std::string& at) {
    for (int i = 0; i < 100; ++i)
      last = add_one(nodes[at], std::to_string(i % 30), i);
  };
  add_some("north");
  nodes.stop("south");
  add_some("north");
  REQUIRE(nodes["north"].wait_for(rows_name, last, 30s));
  CHECK(parts_by_node(nodes["north"]) == std::map<std::string, int>{{"north", parts}});
  REQUIRE(nodes.start("west", on(server)));
  add_some("north");
  REQUIRE(comes_true([&] { return parts_by_node(nodes["west"])["west"] > 0; }));
  add_some("west");
  REQUIRE(nodes["west"].wait_for(rows_name, last, 30s));
  check_tables(server);
}

TEST_CASE("who waits for parts of another node is told of which one, and orders for it say where") {
  postgres_server server;
  crew nodes{counters{}, {"north", "south"}, on(server)};
  auto last = add_one(nodes["north"], "a", 1);
  REQUIRE(nodes["north"].wait_for(rows_name, last, 30s));
  REQUIRE(comes_true([&] { return parts_by_node(nodes["north"])["south"] > 0; }));
  std::string elsewhere;
  for (const auto& status : nodes["north"].projections())
    if (status.node == "south")
      elsewhere = status.name;
  auto refused = [&](const std::string& name) -> std::string {
    try {
      annals::projection_control hand{nodes["north"], name};
    } catch (const annals::error& thrown) {
      CHECK(thrown.why().code == errc::unknown_projection);
      return thrown.why().message;
    }
    return {};
  };
  CHECK_THAT(refused(elsewhere), Catch::Contains("the node south does"));
  CHECK_THAT(refused(rows_name), Catch::Contains(elsewhere + " (node south)"));
  REQUIRE(annals::projection_control{nodes["south"], elsewhere}.pause());
  auto next = add_one(nodes["north"], "a", 1);
  auto late = nodes["north"].wait_for(rows_name, next, 300ms);
  CHECK(late.error().code == errc::timed_out);
  CHECK_THAT(late.error().message,
             Catch::Contains(elsewhere) && Catch::Contains("on the node south"));
  CHECK(comes_true([&] { return status_of(nodes["north"], elsewhere).paused; }));
  REQUIRE(annals::projection_control{nodes["south"], elsewhere}.resume());
  CHECK(nodes["north"].wait_for(rows_name, next, 20s));
}

TEST_CASE("a node that divides a target otherwise than another is refused, and told by which") {
  postgres_server server;
  crew nodes{counters{}, {"north"}, on(server, 2)};
  auto refused = nodes.start("south", on(server, 3));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::invalid_argument);
  CHECK_THAT(refused.error().message, Catch::Contains("poison.part_rows into 3")
                                          && Catch::Contains("the node 'north' into 2"));
}

TEST_CASE("of two that begin a target at the same time, with other numbers of parts, one is "
          "refused") {
  postgres_server server;
  for (int round = 0; round < 10; ++round) {
    const auto store = server.store_url("race" + std::to_string(round));
    (void)annals::open_store(store).value();
    std::latch both{2};
    std::array<annals::result<std::unique_ptr<node>>, 2> started{annals::failure{},
                                                                 annals::failure{}};
    auto start = [&](std::uint32_t which) {
      auto target = annals::postgres_tables<numbered>(server.url());
      target.open = {};
      target.open_part = [](auto) { return annals::failure{errc::store_unavailable, "later"}; };
      auto settings = with(store, std::move(target), which + 2);
      both.arrive_and_wait();
      started[which] = node::start(counters{}, settings);
    };
    std::thread other{[&] { start(1); }};
    start(0);
    other.join();
    REQUIRE(started[0].has_value() != started[1].has_value());
    const auto& refused = started[0] ? started[1] : started[0];
    CHECK(refused.error().code == errc::invalid_argument);
  }
}

TEST_CASE("tables are made once where all their parts begin at the same time") {
  postgres_server server;
  constexpr std::uint32_t many = 6;
  for (int round = 0; round < 10; ++round) {
    const auto schema = "race" + std::to_string(round);
    run_sql(server.url(), "CREATE SCHEMA " + schema);
    auto target = annals::postgres_tables<numbered>(server.url(), schema);
    std::latch all{many};
    std::vector<std::thread> threads;
    std::vector<annals::result<annals::log_position>> at(many, annals::failure{});
    for (std::uint32_t index = 0; index < many; ++index)
      threads.emplace_back([&, index] {
        all.arrive_and_wait();
        auto opened = target.open_part({index, many});
        at[index] = opened ? (*opened)->position() : opened.error();
      });
    for (auto& thread : threads)
      thread.join();
    for (const auto& position : at)
      CHECK(position.value() == 0);
    CHECK(run_sql(server.url(), "SELECT count(*) FROM " + schema + ".annals_checkpoints") == "6");
  }
}

TEST_CASE("parts of nodes that are killed go on with the others, and nothing is lost or doubled") {
  postgres_server server;
  const auto store = server.store_url("store");
  fill(*annals::open_store(store).value(), 20'000, 50, 30'000, 0);
  // A node under load that reports how far its parts are.
  auto run_node = [&](const std::string& name) {
    return std::make_unique<child_process>([&, name](const child_process::report& report) {
      annals::config settings;
      settings.cluster.emplace();
      settings.cluster->name = name;
      settings.cluster->lease_time = 600ms;
      on(server)(settings);
      node one{counters{}, settings};
      std::map<std::string, annals::log_position> before;
      for (;;) {
        for (const auto& status : one.projections())
          if (status.node == name
              && std::exchange(before[status.name], status.position) != status.position)
            report(status.position);
        (void)one.ask<counter>(name, add{1, ""}).wait_for(100ms);
      }
    });
  };
  for (int kills = 0; kills < 4; ++kills) {
    auto north = run_node("north" + std::to_string(kills));
    auto south = run_node("south" + std::to_string(kills));
    std::uint64_t at = 0;
    for (int reports = 0; reports < 12; ++reports)
      REQUIRE((reports % 2 == 0 ? north : south)->next(at));
    north->kill();
    for (int reports = 0; reports < 6; ++reports)
      REQUIRE(south->next(at));
    south->kill();
  }
  crew last{counters{}, {"east"}, on(server)};
  const auto end = last["east"].open_reader().value()->last_position().value();
  CHECK(end > 20'000);
  REQUIRE(last["east"].wait_for(rows_name, end, 120s));
  check_tables(server);
}

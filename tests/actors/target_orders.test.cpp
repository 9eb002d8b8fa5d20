#include "tests/actors/cluster/crew.hpp"
#include "tests/actors/poison_helpers.hpp"
#include "tests/printing.hpp"

#include <annals/actors/sqlite_tables.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/sqlite/table_session.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::node;
using annals::sql_session;
using namespace annals::tests;
using namespace poison;
using namespace std::chrono_literals;

namespace parking {

template <annals::poison Poison>
struct rows {
  static constexpr annals::projection_name name{"poison.parked_rows"};
  static constexpr auto on_poison = Poison;
  using events = annals::events<added>;
  static constexpr auto tables = "CREATE TABLE amounts(stream TEXT, amount INTEGER)";
};

template <annals::poison Poison>
void project(rows<Poison>, sql_session& db, const annals::recorded<added>& event) {
  db.execute("INSERT INTO amounts VALUES (?1, ?2)", event.id, event->amount);
  throw_at(*event);
}

} // namespace parking

namespace {

using no_projections = annals::domain<counter>;
constexpr auto rows_name = "poison.parked_rows";

annals::config with(const std::string& store, annals::target_settings target) {
  annals::config settings;
  settings.store = store;
  settings.poll_interval = 1ms;
  settings.poison_back_off = 1ms;
  settings.poison_retries = 1;
  settings.targets.push_back(std::move(target));
  return settings;
}

template <annals::poison Poison>
annals::target_settings rows_in(const std::string& tables) {
  return annals::sqlite_tables<parking::rows<Poison>>(tables);
}

std::int64_t number_in(const std::string& file, const std::string& sql) {
  annals::sqlite::connection db{file, annals::sqlite::access::query, 1s};
  return db.number(sql.c_str());
}

bool stops(node& at) {
  return comes_true([&] { return at.projections().front().stopped.has_value(); });
}

// A target that does as it is told.
struct script {
  std::atomic<int> throws{0};
  std::atomic<bool> is_away{false};
  std::atomic<int> opened{0};
  std::atomic<annals::log_position> at{0};
  std::atomic<std::uint64_t> token{0};
};

class scripted : public annals::projection_target {
public:
  explicit scripted(std::shared_ptr<script> by) : by_{std::move(by)} { ++by_->opened; }
  annals::result<annals::log_position> position() override { return by_->at.load(); }
  annals::result<void> take_in(const annals::target_batch& batch) override {
    if (by_->throws-- > 0)
      throw std::runtime_error{"the search index is in a mood"};
    if (by_->is_away)
      return annals::failure{errc::store_unavailable, "nobody is there"};
    by_->at = batch.to;
    by_->token = batch.token;
    return {};
  }

private:
  std::shared_ptr<script> by_;
};

annals::target_settings told_by(const std::shared_ptr<script>& by) {
  annals::target_settings made;
  made.name = "index";
  made.open = [by]() -> annals::result<std::unique_ptr<annals::projection_target>> {
    return std::make_unique<scripted>(by);
  };
  return made;
}

} // namespace

TEST_CASE("a target that throws is tried again, and stops with what it threw when it goes on") {
  auto by = std::make_shared<script>();
  by->throws = 1;
  node counting{no_projections{}, with("memory:", told_by(by))};
  REQUIRE(counting.wait_for("index", add_one(counting, "a", 1), 20s));
  by->throws = 100;
  auto last = add_one(counting, "a", 1);
  auto stopped = counting.wait_for("index", last, 20s);
  REQUIRE(stopped.has_error());
  CHECK(stopped.error().code == errc::projection_stopped);
  CHECK_THAT(stopped.error().message, Catch::Contains("the search index is in a mood"));
  by->throws = 0;
  REQUIRE(annals::projection_control{counting, "index"}.resume());
  CHECK(counting.wait_for("index", last, 20s));
}

TEST_CASE("a target whose opening throws, or gives none, stops with the reason") {
  auto target = told_by(nullptr);
  bool throws = GENERATE(true, false);
  target.open = [throws]() -> annals::result<std::unique_ptr<annals::projection_target>> {
    if (throws)
      throw std::runtime_error{"no such index"};
    return std::unique_ptr<annals::projection_target>{};
  };
  node counting{no_projections{}, with("memory:", target)};
  auto stopped = counting.wait_for("index", add_one(counting, "a", 1), 20s);
  REQUIRE(stopped.has_error());
  CHECK_THAT(stopped.error().message, Catch::Contains(throws ? "no such index" : "null target"));
}

TEST_CASE("a target that is away holds up nothing else, and a node stops at once meanwhile") {
  auto by = std::make_shared<script>();
  auto other = std::make_shared<script>();
  by->is_away = true;
  auto settings = with("memory:", told_by(by));
  settings.poison_back_off = 1h;
  settings.targets.push_back(told_by(other));
  settings.targets.back().name = "other";
  node counting{annals::domain<counter, total>{}, settings};
  auto last = add_one(counting, "a", 1);
  CHECK(counting.wait_for("other", last, 20s));
  CHECK(counting.wait_for<total>(last));
  CHECK(counting.wait_for("index", last, 1ms).error().code == errc::timed_out);
  counting.stop();
  CHECK(counting.wait_for("index", last, 20s).error().code == errc::stopping);
}

TEST_CASE("a target parks exactly the events that it fails at, and retrying them gives all rows, "
          "each once") {
  not_mended fresh;
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  fill(*annals::open_store(in(folder)).value(), 2'000, 7, 500, 77);
  const auto settings = with(in(folder), rows_in<annals::poison::park>(tables));
  {
    node counting{no_projections{}, settings};
    REQUIRE(counting.wait_for(rows_name, 2'000, 20s));
    annals::projection_control hand{counting, rows_name};
    CHECK(positions(hand.parked()) == std::vector<annals::log_position>{77, 577, 1'077, 1'577});
    CHECK(hand.parked().front().attempts == 2);
    CHECK(counting.projections().front().parked == 4);
    CHECK(number_in(tables, "SELECT count(*) FROM amounts") == 1'996);
    CHECK(hand.retry(77).value().why.has_value());
    CHECK(hand.retry(78).error().code == errc::not_found);
    CHECK(hand.check().error().code == errc::unknown_projection);
  }
  node again{no_projections{}, settings};
  REQUIRE(again.wait_for(rows_name, 2'000, 20s));
  annals::projection_control hand{again, rows_name};
  REQUIRE(comes_true([&] { return hand.parked().size() == 4; }));
  CHECK(hand.skip(577).value().skipped == 1);
  mended = true;
  CHECK(hand.retry_all().value().taken_in == 3);
  CHECK(hand.parked().empty());
  CHECK(number_in(tables, "SELECT count(*) FROM amounts") == 1'999);
  CHECK(number_in(tables, "SELECT count(*) FROM amounts WHERE amount = 577") == 0);
}

TEST_CASE("a target that parks streams keeps each in order") {
  not_mended fresh;
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  node counting{no_projections{}, with(in(folder), rows_in<annals::poison::park_stream>(tables))};
  add_one(counting, "a", 1);
  auto bad = add_one(counting, "a", 2, "poison");
  add_one(counting, "b", 3);
  auto behind = add_one(counting, "a", 4);
  REQUIRE(counting.wait_for(rows_name, behind, 20s));
  annals::projection_control hand{counting, rows_name};
  CHECK(positions(hand.parked()) == std::vector<annals::log_position>{bad, behind});
  CHECK(hand.retry(behind).error().code == errc::invalid_argument);
  CHECK(number_in(tables, "SELECT sum(amount) FROM amounts") == 4);
  mended = true;
  CHECK(hand.retry(bad).value().taken_in == 2);
  CHECK(number_in(tables, "SELECT sum(amount) FROM amounts") == 10);
}

TEST_CASE("events that are parked behind others stand in order with those that fail in between") {
  not_mended fresh;
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  {
    node asked{no_projections{}, {.store = in(folder)}};
    add_one(asked, "a", 1, "poison");
    add_one(asked, "b", 2);
    add_one(asked, "c", 3, "poison");
    add_one(asked, "a", 4);
    add_one(asked, "c", 5);
  }
  node counting{no_projections{}, with(in(folder), rows_in<annals::poison::park_stream>(tables))};
  REQUIRE(counting.wait_for(rows_name, 5, 20s));
  annals::projection_control hand{counting, rows_name};
  CHECK(positions(hand.parked()) == std::vector<annals::log_position>{1, 3, 4, 5});
  CHECK(number_in(tables, "SELECT sum(amount) FROM amounts") == 2);
  mended = true;
  CHECK(hand.retry_all().value().taken_in == 4);
  CHECK(hand.parked().empty());
  CHECK(number_in(tables, "SELECT sum(amount) FROM amounts") == 15);
}

TEST_CASE("a target that has stopped takes in all before that event, and goes on when it is told "
          "to, or passes it over") {
  not_mended fresh;
  const bool passes = GENERATE(true, false);
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  fill(*annals::open_store(in(folder)).value(), 100, 3, 100, 50);
  node counting{no_projections{}, with(in(folder), rows_in<annals::poison::stop>(tables))};
  REQUIRE(stops(counting));
  CHECK(number_in(tables, "SELECT count(*) FROM amounts") == 49);
  annals::projection_control hand{counting, rows_name};
  CHECK(hand.skip(51).error().code == errc::not_found);
  if (passes) {
    CHECK(hand.skip(50).value().skipped == 1);
  } else {
    mended = true;
    REQUIRE(hand.resume());
  }
  REQUIRE(counting.wait_for(rows_name, 100, 20s));
  CHECK(number_in(tables, "SELECT count(*) FROM amounts") == (passes ? 99 : 100));
  CHECK(hand.resume().error().code == errc::invalid_argument);
}

TEST_CASE("of several nodes one runs a target, under a token that grows when another takes over") {
  auto by = std::make_shared<script>();
  crew nodes{no_projections{}, {"north", "south"}, [&](annals::config& settings) {
               settings.poll_interval = 5ms;
               settings.targets.push_back(told_by(by));
             }};
  auto first = add_one(nodes["north"], "a", 1);
  REQUIRE(comes_true([&] { return by->at >= first; }));
  const auto token = by->token.load();
  CHECK(token > 0);
  CHECK(by->opened == 1);
  auto runs = [&](const std::string& name) {
    return nodes[name].wait_for("index", first, 1s).has_value();
  };
  REQUIRE(comes_true([&] { return runs("north") != runs("south"); }));
  const std::string one = runs("north") ? "north" : "south";
  const std::string next = one == "north" ? "south" : "north";
  CHECK_THAT(nodes[next].wait_for("index", first, 1s).error().message, Catch::Contains(one));
  nodes.stop(one);
  auto last = add_one(nodes[next], "a", 1);
  REQUIRE(comes_true([&] { return by->at >= last; }));
  CHECK(by->token > token);
  CHECK(by->opened == 2);
}

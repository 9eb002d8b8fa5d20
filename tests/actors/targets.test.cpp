#include "tests/actors/poison_helpers.hpp"

#include "tests/persistence/child_process.hpp"
#include "tests/printing.hpp"

#include <annals/actors/sqlite_tables.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/sqlite/table_session.hpp>

#include <catch2/catch.hpp>

#include <mutex>

using annals::errc;
using annals::node;
using annals::sql_session;
using namespace annals::tests;
using namespace poison;
using namespace std::chrono_literals;

namespace rows {

struct sums {
  static constexpr annals::projection_name name{"poison.rows"};
  using events = annals::events<added>;
  static constexpr auto tables =
      "CREATE TABLE sums(id TEXT PRIMARY KEY, sum INTEGER, count INTEGER)";
};

void project(sums, sql_session& db, const annals::recorded<added>& event) {
  db.execute("INSERT INTO sums VALUES (?1, ?2, 1) ON CONFLICT(id) DO UPDATE SET sum = sum + ?2, "
             "count = count + 1",
             event.id, event->amount);
  throw_at(*event);
}

/// Another version of it.
struct newer {
  static constexpr annals::projection_name name{"poison.rows", 2};
  using events = annals::events<added>;
  static constexpr auto tables = "";
};
void project(newer, sql_session&, const annals::recorded<added>&) {}

/// Whose SQL is wrong.
struct wrong {
  static constexpr annals::projection_name name{"poison.wrong"};
  using events = annals::events<added>;
  static constexpr auto tables = "";
};
void project(wrong, sql_session& db, const annals::recorded<added>&) { db.execute("INSRT"); }

} // namespace rows

namespace {

using no_projections = annals::domain<counter>;

// What each batch was, for a target that is no database.
class notebook : public annals::projection_target {
public:
  struct pages {
    std::mutex mutex;
    std::vector<std::pair<annals::log_position, annals::log_position>> batches;
    std::vector<annals::log_position> seen;
    int fails = 0;
    annals::log_position at = 0;
  };

  explicit notebook(std::shared_ptr<pages> in) : in_{std::move(in)} {}

  annals::result<annals::log_position> position() override {
    std::lock_guard guard{in_->mutex};
    return in_->at;
  }

  annals::result<void> take_in(const annals::target_batch& batch) override {
    std::lock_guard guard{in_->mutex};
    if (in_->fails > 0 && in_->fails--)
      return annals::failure{errc::store_unavailable, "nobody is there"};
    in_->batches.emplace_back(batch.after, batch.to);
    for (const auto& event : batch.events)
      in_->seen.push_back(event.position);
    in_->at = batch.to;
    return {};
  }

private:
  std::shared_ptr<pages> in_;
};

annals::config with(const std::string& store, annals::target_settings target) {
  annals::config settings;
  settings.store = store;
  settings.poll_interval = 1ms;
  settings.poison_back_off = 1ms;
  settings.targets.push_back(std::move(target));
  return settings;
}

annals::target_settings into(const std::shared_ptr<notebook::pages>& pages) {
  annals::target_settings made;
  made.name = "notebook";
  made.open = [pages]() -> annals::result<std::unique_ptr<annals::projection_target>> {
    return std::make_unique<notebook>(pages);
  };
  return made;
}

// The first column of the first row that a database gives.
std::int64_t number_in(const std::string& file, const std::string& sql) {
  annals::sqlite::connection db{file, annals::sqlite::access::query, 1s};
  return db.number(sql.c_str());
}

} // namespace

TEST_CASE("a projection into tables of the application has each event once, with its checkpoint") {
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  for (int round = 1; round <= 3; ++round) {
    node counting{no_projections{}, with(in(folder), annals::sqlite_tables<rows::sums>(tables))};
    annals::log_position last = 0;
    for (int i = 0; i < 50; ++i)
      last = add_one(counting, std::to_string(i % 5), 2);
    REQUIRE(counting.wait_for("poison.rows", last, 20s));
    CHECK(number_in(tables, "SELECT sum(sum) FROM sums") == 100 * round);
    CHECK(number_in(tables, "SELECT position FROM annals_checkpoints")
          == static_cast<std::int64_t>(last));
    CHECK(counting.projections().front().name == "poison.rows");
    CHECK(counting.projections().front().position == last);
  }
}

TEST_CASE("tables have each event once through kills, and when two processes write to them") {
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  for (int kills = 0; kills < 5; ++kills) {
    child_process counting{[&](const child_process::report& report) {
      if (kills == 0)
        fill(*annals::open_store(in(folder)).value(), 20'000, 10, 30'000, 0);
      auto target = annals::sqlite_tables<rows::sums>(tables);
      target.largest_batch = 10;
      node one{no_projections{}, with(in(folder), target)};
      node two{no_projections{}, with(in(folder), target)};
      for (annals::log_position at = 0; at < 20'000;) {
        auto now = one.projections().front().position;
        if (now != at)
          report(at = now);
      }
    }};
    std::uint64_t first = 0;
    std::uint64_t at = 0;
    REQUIRE(counting.next(first));
    while (counting.next(at) && at < first + 300) {}
    counting.kill();
    auto position = number_in(tables, "SELECT position FROM annals_checkpoints");
    CHECK(position > 0);
    CHECK(number_in(tables, "SELECT sum(count) FROM sums") == position);
    CHECK(number_in(tables, "SELECT sum(sum) FROM sums") == position * (position + 1) / 2);
  }
}

TEST_CASE("a target that is no database is told position and batch, in order, and again after it "
          "failed") {
  auto pages = std::make_shared<notebook::pages>();
  pages->fails = 3;
  auto target = into(pages);
  target.largest_batch = 4;
  node counting{no_projections{}, with("memory:", target)};
  annals::log_position last = 0;
  for (int i = 0; i < 30; ++i)
    last = add_one(counting, "a", 1);
  REQUIRE(counting.wait_for("notebook", last, 20s));
  std::lock_guard guard{pages->mutex};
  annals::log_position before = 0;
  for (auto [after, to] : pages->batches) {
    CHECK(after == before);
    CHECK(to - after <= 4);
    before = to;
  }
  CHECK(before == last);
  REQUIRE(pages->seen.size() == 30);
  CHECK(std::is_sorted(pages->seen.begin(), pages->seen.end()));
}

TEST_CASE("events wait for others to share a batch with, as long as the setting says") {
  auto pages = std::make_shared<notebook::pages>();
  auto target = into(pages);
  target.largest_batch = 20;
  target.longest_wait = 1h;
  node counting{no_projections{}, with("memory:", target)};
  annals::log_position last = 0;
  for (int i = 0; i < 45; ++i)
    last = add_one(counting, "a", 1);
  REQUIRE(counting.wait_for("notebook", 40, 20s));
  // Full batches only: those that are left wait.
  CHECK(counting.wait_for("notebook", last, 10ms).error().code == errc::timed_out);
  std::lock_guard guard{pages->mutex};
  CHECK(pages->batches
        == std::vector<std::pair<annals::log_position, annals::log_position>>{{0, 20}, {20, 40}});
}

TEST_CASE("what will fail again stops a target before that batch, with what to do") {
  mended = false;
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  auto stopped = [&](const annals::config& settings, const std::string& name, int amount,
                     const std::string& how) {
    node counting{no_projections{}, settings};
    auto last = add_one(counting, "a", amount, how);
    auto waited = counting.wait_for(name, last, 20s);
    REQUIRE(waited.has_error());
    CHECK(waited.error().code == errc::projection_stopped);
    return waited.error().message;
  };
  SECTION("project throws") {
    auto why = stopped(with(in(folder), annals::sqlite_tables<rows::sums>(tables)), "poison.rows",
                       7, "poison");
    CHECK_THAT(why, Catch::Contains("cannot take in 7") && Catch::Contains("position 1"));
    CHECK(number_in(tables, "SELECT count(*) FROM sums") == 0);
    mended = true;
    node again{no_projections{}, with(in(folder), annals::sqlite_tables<rows::sums>(tables))};
    REQUIRE(again.wait_for("poison.rows", 1, 20s));
    CHECK(number_in(tables, "SELECT sum(count) FROM sums") == 1);
  }
  SECTION("its SQL is wrong") {
    auto why = stopped(with(in(folder), annals::sqlite_tables<rows::wrong>(tables)), "poison.wrong",
                       1, "");
    CHECK_THAT(why, Catch::Contains("INSRT") && Catch::Contains("syntax error"));
  }
  SECTION("the tables are of another version") {
    { node first{no_projections{}, with(in(folder), annals::sqlite_tables<rows::sums>(tables))}; }
    auto why =
        stopped(with(in(folder), annals::sqlite_tables<rows::newer>(tables)), "poison.rows", 1, "");
    CHECK_THAT(why, Catch::Contains("schema version 1") && Catch::Contains("annals_checkpoints"));
  }
  SECTION("it is ahead of the log") {
    auto pages = std::make_shared<notebook::pages>();
    pages->at = 99;
    auto why = stopped(with(in(folder), into(pages)), "notebook", 1, "");
    CHECK_THAT(why, Catch::Contains("ahead of the log"));
  }
}

TEST_CASE("a target without a name of its own, or without a way to open it, is refused") {
  auto pages = std::make_shared<notebook::pages>();
  auto refused = [](const annals::target_settings& target) {
    auto started = node::start(annals::domain<counter, total>{}, with("memory:", target));
    return started.has_error() && started.error().code == errc::invalid_argument;
  };
  auto good = into(pages);
  for (auto name : {"", "poison.total"}) {
    auto target = good;
    target.name = name;
    CHECK(refused(target));
  }
  auto closed = good;
  closed.open = {};
  CHECK(refused(closed));
  CHECK_FALSE(refused(good));
}

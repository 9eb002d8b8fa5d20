// A projection into tables that is divided into parts, on one node: how it is divided, and what a
// person orders.

#include "tests/actors/part_rows.hpp"
#include "tests/printing.hpp"

#include <annals/actors/sqlite_tables.hpp>
#include <annals/persistence/open_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>

#include <catch2/catch.hpp>

#include <mutex>
#include <thread>

using annals::errc;
using annals::node;
using namespace annals::tests;
using namespace part_rows;
using namespace poison;
using namespace std::chrono_literals;

namespace {

using just_counters = annals::domain<counter>;

std::int64_t number_in(const std::string& file, const std::string& sql) {
  annals::sqlite::connection db{file, annals::sqlite::access::query, 1s};
  return db.number(sql.c_str());
}

template <annals::poison Poison>
annals::config rows_in(const temporary_folder& folder, std::uint32_t parts) {
  return with(in(folder), annals::sqlite_tables<rows<Poison>>(folder.file("rows.db")), parts);
}

annals::failure refusal(annals::config settings) {
  auto started = node::start(just_counters{}, std::move(settings));
  REQUIRE(started.has_error());
  return started.error();
}

// A target that is no database, of which each part has its own pages.
struct book {
  struct pages {
    annals::log_position at = 0;
    std::vector<annals::recorded_event> events;
    std::thread::id thread;
    bool has_gaps = false;
  };
  std::mutex mutex;
  std::map<std::uint32_t, pages> parts;
};

class book_part : public annals::projection_target {
public:
  book_part(std::shared_ptr<book> in, annals::log_part part) : in_{std::move(in)}, part_{part} {}

  annals::result<annals::log_position> position() override {
    std::lock_guard guard{in_->mutex};
    return in_->parts[part_.index].at;
  }
  annals::result<void> take_in(const annals::target_batch& batch) override {
    std::lock_guard guard{in_->mutex};
    auto& pages = in_->parts[part_.index];
    pages.has_gaps |= batch.after != pages.at;
    pages.at = batch.to;
    pages.thread = std::this_thread::get_id();
    pages.events.insert(pages.events.end(), batch.events.begin(), batch.events.end());
    return {};
  }

private:
  std::shared_ptr<book> in_;
  const annals::log_part part_;
};

annals::target_settings into(const std::shared_ptr<book>& pages) {
  annals::target_settings made;
  made.name = "book";
  made.open_part =
      [pages](annals::log_part part) -> annals::result<std::unique_ptr<annals::projection_target>> {
    return std::make_unique<book_part>(pages, part);
  };
  return made;
}

} // namespace

TEST_CASE("a part of a log is the same for ever") {
  CHECK(annals::part_of_stream("bank.account-acc-1", 1) == 0);
  CHECK(annals::part_of_stream("bank.account-acc-1", 7) == 1);
  CHECK(annals::part_of_stream("bank.account-acc-2", 1024) == 275);
  CHECK(annals::part_of_stream("", 1024) == 294);
}

TEST_CASE("the name of a part says which one it is, and other names are not taken for one") {
  CHECK(annals::part_name("rows", {0, 1}) == "rows");
  CHECK(annals::part_name("rows", {1, 4}) == "rows@2of4");
  CHECK(annals::part_named("rows@2of4") == annals::named_part{"rows", {1, 4}});
  CHECK(annals::part_named("a@b@1024of1024") == annals::named_part{"a@b", {1023, 1024}});
  for (auto name :
       {"rows", "rows@", "rows@2", "rows@of4", "rows@2of", "rows@0of4", "rows@5of4", "rows@1of1",
        "rows@02of4", "rows@1of1025", "rows@+1of4", "rows@2of4 ", "rows@1of99999999999"})
    CHECK(!annals::part_named(name));
}

TEST_CASE("each part is told the events of its streams, in order, on a thread of its own") {
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 3'000, 60, 5'000, 0);
  auto pages = std::make_shared<book>();
  auto settings = with(in(folder), into(pages), 5);
  settings.targets[0].largest_batch = 100;
  node counting{just_counters{}, settings};
  REQUIRE(counting.wait_for("book", 3'000, 20s));
  std::lock_guard guard{pages->mutex};
  std::set<std::thread::id> threads;
  std::set<annals::log_position> seen;
  for (const auto& [index, part] : pages->parts) {
    CHECK(!part.has_gaps);
    CHECK(part.at <= 3'000);
    CHECK(part.events.size() > 300);
    threads.insert(part.thread);
    std::map<std::string, annals::stream_version> versions;
    for (const auto& event : part.events) {
      CHECK(annals::part_of_stream(event.stream, 5) == index);
      CHECK(event.version == ++versions[event.stream]);
      CHECK(seen.insert(event.position).second);
    }
  }
  CHECK(threads.size() == 5);
  CHECK(seen.size() == 3'000);
}

TEST_CASE("a part for which nothing comes is not written to, and waiting for it takes no time") {
  auto pages = std::make_shared<book>();
  auto settings = with("memory:", into(pages), 2);
  settings.targets[0].largest_batch = 50;
  node counting{just_counters{}, settings};
  const auto id = id_in(1, 2);
  annals::log_position last = 0;
  for (int i = 0; i < 40; ++i)
    last = add_one(counting, id, 1);
  REQUIRE(counting.wait_for("book", last, 20s));
  CHECK(status_of(counting, "book@2of2").position == last);
  {
    std::lock_guard guard{pages->mutex};
    CHECK(pages->parts[0].at == last);
    CHECK(pages->parts[1].at == 0);
  }
  for (int i = 0; i < 100; ++i)
    last = add_one(counting, id, 1);
  REQUIRE(counting.wait_for("book", last, 20s));
  std::lock_guard guard{pages->mutex};
  CHECK(pages->parts[1].at + 50 > last);
  CHECK(pages->parts[1].events.empty());
}

TEST_CASE("another number of parts than a target was begun with is refused, also by its tables") {
  temporary_folder folder;
  const auto store = in(folder);
  const auto [first, second] = GENERATE(std::pair{1U, 4U}, std::pair{4U, 1U}, std::pair{4U, 5U});
  annals::log_position last = 0;
  {
    node counting{just_counters{}, rows_in<annals::poison::stop>(folder, first)};
    for (int i = 0; i < 20; ++i)
      last = add_one(counting, std::to_string(i), 1);
    REQUIRE(counting.wait_for(rows_name, last, 20s));
  }
  auto why = refusal(rows_in<annals::poison::stop>(folder, second));
  CHECK(why.code == errc::invalid_argument);
  CHECK_THAT(why.message, Catch::Contains(std::to_string(first) + " part")
                              && Catch::Contains("partitions is " + std::to_string(second))
                              && Catch::Contains("projections drop poison.part_rows"));
  CHECK(number_in(folder.file("rows.db"), "SELECT count(*) FROM amounts") == 20);
  {
    // The tables know it as well, when the store has forgotten.
    auto settings = rows_in<annals::poison::stop>(folder, second);
    settings.store = "sqlite:" + folder.file("other.db");
    node counting{just_counters{}, settings};
    auto stopped = counting.wait_for(rows_name, add_one(counting, "a", 1), 20s);
    REQUIRE(stopped.has_error());
    CHECK(stopped.error().code == errc::projection_stopped);
    CHECK_THAT(stopped.error().message, Catch::Contains(std::to_string(first) + " part")
                                            && Catch::Contains("is " + std::to_string(second)));
  }
  node again{just_counters{}, rows_in<annals::poison::stop>(folder, first)};
  REQUIRE(again.wait_for(rows_name, add_one(again, "a", 1), 20s));
  CHECK(number_in(folder.file("rows.db"), "SELECT count(*) FROM amounts") == 21);
}

TEST_CASE(
    "a number of parts that cannot be, a part that cannot be opened and a name like that of a "
    "part are refused") {
  auto pages = std::make_shared<book>();
  for (auto parts : {0U, 1025U})
    CHECK_THAT(refusal(with("memory:", into(pages), parts)).message, Catch::Contains("1 to 1024"));
  auto closed = into(pages);
  closed.open = [] { return annals::failure{errc::internal, "not to be called"}; };
  closed.open_part = {};
  CHECK_THAT(refusal(with("memory:", closed, 2)).message, Catch::Contains("open_part"));
  auto misnamed = into(pages);
  misnamed.name = "book@1of2";
  CHECK(refusal(with("memory:", misnamed, 2)).code == errc::invalid_argument);
  auto twice = with("memory:", into(pages), 2);
  twice.targets.push_back(into(pages));
  CHECK(refusal(twice).code == errc::invalid_argument);
}

TEST_CASE("a poison event stops its own part and no other, which goes on when it is passed over") {
  not_mended fresh;
  temporary_folder folder;
  node counting{just_counters{}, rows_in<annals::poison::stop>(folder, 4)};
  const auto id = id_in(3, 4);
  add_one(counting, id, 1);
  auto bad = add_one(counting, id, 2, "poison");
  annals::log_position last = 0;
  for (int i = 0; i < 40; ++i)
    last = add_one(counting, std::to_string(i), 3);
  for (auto other : {1U, 2U, 4U})
    CHECK(counting.wait_for(part(other, 4), last, 20s));
  CHECK_THAT(counting.wait_for(rows_name, last, 20s).error().message,
             Catch::Contains(part(3, 4)) && Catch::Contains("cannot take in 2"));
  CHECK(status_of(counting, part(3, 4)).stopped.has_value());
  CHECK(!status_of(counting, part(1, 4)).stopped);
  annals::projection_control hand{counting, rows_name};
  CHECK(hand.skip(last).error().code == errc::not_found);
  CHECK(hand.skip(last + 1).error().code == errc::not_found);
  CHECK(hand.skip(bad).value().skipped == 1);
  REQUIRE(counting.wait_for(rows_name, last, 20s));
  CHECK(number_in(folder.file("rows.db"), "SELECT count(*) FROM amounts") == 41);
}

TEST_CASE(
    "what parts have parked is retried and skipped by the target's name and by theirs, and has "
    "each event once after a restart") {
  not_mended fresh;
  temporary_folder folder;
  const auto tables = folder.file("rows.db");
  fill(*annals::open_store(in(folder)).value(), 2'000, 7, 500, 77);
  const std::vector<annals::log_position> bad{77, 577, 1'077, 1'577};
  const auto settings = rows_in<annals::poison::park>(folder, 3);
  {
    node counting{just_counters{}, settings};
    REQUIRE(counting.wait_for(rows_name, 2'000, 20s));
    annals::projection_control hand{counting, rows_name};
    CHECK(positions(hand.parked()) == bad);
    CHECK(number_in(tables, "SELECT count(*) FROM amounts") == 1'996);
    CHECK(hand.retry(77).value().why.has_value());
    CHECK(hand.retry(78).error().code == errc::not_found);
  }
  node again{just_counters{}, settings};
  REQUIRE(again.wait_for(rows_name, 2'000, 20s));
  annals::projection_control hand{again, rows_name};
  REQUIRE(comes_true([&] { return positions(hand.parked()) == bad; }));
  CHECK(hand.skip(577).value().skipped == 1);
  mended = true;
  const auto own = part(part_of(std::to_string(76 % 7), 3), 3);
  CHECK(annals::projection_control{again, own}.retry(77).value().taken_in == 1);
  CHECK(hand.retry_all().value().taken_in == 2);
  CHECK(hand.parked().empty());
  CHECK(number_in(tables, "SELECT count(*) FROM amounts") == 1'999);
  CHECK(number_in(tables, "SELECT count(DISTINCT amount) FROM amounts") == 1'999);
}

TEST_CASE("one part is paused by its name and all by the target's, also after a restart") {
  temporary_folder folder;
  const auto settings = rows_in<annals::poison::stop>(folder, 3);
  annals::log_position last = 0;
  {
    node counting{just_counters{}, settings};
    REQUIRE(annals::projection_control{counting, part(2, 3)}.pause());
    last = add_one(counting, "a", 1);
    CHECK(counting.wait_for(part(1, 3), last, 20s));
    CHECK_THAT(counting.wait_for(rows_name, last, 50ms).error().message,
               Catch::Contains(part(2, 3)));
    REQUIRE(annals::projection_control{counting, rows_name}.pause());
    CHECK(status_of(counting, part(3, 3)).paused);
  }
  node again{just_counters{}, settings};
  auto next = add_one(again, "b", 1);
  for (auto number : {1U, 2U, 3U})
    CHECK(comes_true([&] { return status_of(again, part(number, 3)).paused; }));
  annals::projection_control hand{again, rows_name};
  REQUIRE(annals::projection_control{again, part(1, 3)}.resume());
  REQUIRE(hand.resume());
  CHECK(hand.resume().error().code == errc::invalid_argument);
  CHECK(again.wait_for(rows_name, next, 20s));
  CHECK_THROWS_WITH((annals::projection_control{again, part(4, 4)}),
                    Catch::Contains("poison.part_rows@4of4"));
}

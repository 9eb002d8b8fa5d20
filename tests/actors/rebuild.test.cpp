#include "tests/actors/rebuild_helpers.hpp"

#include "tests/environment.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/printing.hpp"

#include <annals/actors/take_on.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <thread>

using annals::errc;
using annals::node;
using annals::rebuild_phase;
using annals::tests::child_process;
using annals::tests::temporary_folder;
using namespace poison;
using namespace std::chrono_literals;

namespace {

// An independent fold of the log: of all events but those that say "poison".
std::string folded(const std::string& store) {
  auto opened = annals::open_store(store).value();
  auto reader = opened->open_reader().value();
  sums model;
  for (annals::log_position at = 0;;) {
    auto events = reader->read_log(at, 10'000).value();
    if (events.empty())
      return annals::to_json(model).value();
    for (const auto& event : events) {
      auto decoded = annals::from_json<added>(event.payload).value();
      at = event.position;
      if (decoded.how == "poison")
        continue;
      model.of[event.stream.substr(event.stream.find('-') + 1)] += decoded.amount;
      ++model.events;
    }
  }
}

// A model that is wrong, as after a defect that was mended since.
void spoil(const std::string& store, annals::log_position at) {
  auto opened = annals::open_store(store).value();
  REQUIRE(opened->save_model({"poison.sums", at, 1, R"({"of":{"spoilt":1},"events":7})"}));
}

} // namespace

TEST_CASE("a rebuild makes the model anew beside the live one, and puts it in place in one step") {
  const std::uint32_t workers = GENERATE(1U, 3U);
  CAPTURE(workers);
  mended = false;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 20'000, 50, 5'000, 77);
  spoil(in(folder), 20'000);
  {
    node counting{sums_only{}, on(in(folder))};
    REQUIRE(counting.wait_for<sums>(20'000));
    auto hand = annals::control<sums>(counting);
    CHECK(hand.rebuild().phase == rebuild_phase::none);
    REQUIRE(hand.start_rebuild({.workers = workers}));
    CHECK(hand.start_rebuild().error().code == errc::invalid_argument);
    // Commands go on, and readers see the one model or the other, never less.
    bool half = false;
    for (int i = 0; i < 200; ++i) {
      counting.ask<counter>("new", add{1, ""}).get().value();
      half |= counting.read<sums>(
          [](const sums& model) { return model.events > 1000 && model.events < 19'000; });
    }
    CHECK_FALSE(half);
    REQUIRE(hand.wait_for_rebuild(long_enough));
    CHECK(hand.rebuild().phase == rebuild_phase::done);
    CHECK(hand.rebuild().workers == workers);
    auto last = counting.ask<counter>("new", add{1, ""}).get().value().position;
    REQUIRE(counting.wait_for<sums>(last));
    CHECK(json_of<sums>(counting) == folded(in(folder)));
    CHECK(hand.parked().size() == 4);
    CHECK(hand.check().value().same());
  }
  CHECK(stored_names(in(folder)) == std::vector<std::string>{"poison.sums"});
  node again{sums_only{}, on(in(folder))};
  CHECK(json_of<sums>(again) == folded(in(folder)));
}

TEST_CASE(
    "a rebuild that is paused reads nothing more, also after a restart, until it is resumed") {
  mended = false;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 30'000, 50, 5'000, 77);
  spoil(in(folder), 30'000);
  annals::log_position at = 0;
  {
    node counting{sums_only{}, on(in(folder))};
    auto hand = annals::control<sums>(counting);
    REQUIRE(hand.start_rebuild({.workers = 2}));
    auto paused = hand.pause_rebuild();
    if (!paused) // it was quicker
      return;
    at = hand.rebuild().position;
    CHECK(hand.rebuild().phase == rebuild_phase::paused);
  }
  {
    node counting{sums_only{}, on(in(folder))};
    auto hand = annals::control<sums>(counting);
    CHECK(hand.rebuild().phase == rebuild_phase::paused);
    CHECK(hand.rebuild().workers == 2);
    CHECK(hand.wait_for_rebuild(10ms).error().code == errc::timed_out);
    CHECK(hand.rebuild().position <= at);
    CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 7);
    REQUIRE(hand.resume_rebuild());
    CHECK(hand.resume_rebuild().error().code == errc::invalid_argument);
    REQUIRE(hand.wait_for_rebuild(long_enough));
    CHECK(json_of<sums>(counting) == folded(in(folder)));
    CHECK(hand.pause_rebuild().error().code == errc::invalid_argument);
    CHECK(hand.cancel_rebuild().error().code == errc::invalid_argument);
  }
}

TEST_CASE("a rebuild that is cancelled leaves the live model as it is, and nothing else") {
  mended = false;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 30'000, 50, 5'000, 77);
  spoil(in(folder), 30'000);
  node counting{sums_only{}, on(in(folder))};
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.start_rebuild({.workers = 2}));
  if (!hand.cancel_rebuild()) // it was quicker
    return;
  CHECK(hand.rebuild().phase == rebuild_phase::cancelled);
  CHECK(stored_names(in(folder)) == std::vector<std::string>{"poison.sums"});
  CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 7);
  REQUIRE(hand.start_rebuild());
  REQUIRE(hand.wait_for_rebuild(long_enough));
  CHECK(json_of<sums>(counting) == folded(in(folder)));
}

TEST_CASE("a rebuild that cannot be is refused with what to do") {
  node counting{domain{}, on("memory:")};
  auto hand = annals::control<sums>(counting);
  CHECK(hand.start_rebuild({.workers = 0}).error().code == errc::invalid_argument);
  CHECK(hand.start_rebuild({.workers = 65}).error().code == errc::invalid_argument);
  CHECK_THAT(annals::control<strict>(counting).start_rebuild({.workers = 2}).error().message,
             Catch::Contains("merge(Projection& whole, Projection&& part)"));
  CHECK(hand.pause_rebuild().error().code == errc::invalid_argument);
  CHECK(hand.resume_rebuild().error().code == errc::invalid_argument);
  CHECK(hand.cancel_rebuild().error().code == errc::invalid_argument);
  CHECK(hand.wait_for_rebuild(1ms).error().code == errc::invalid_argument);
  counting.stop();
  CHECK(hand.start_rebuild().error().code == errc::stopping);
}

TEST_CASE("a rebuild that stops at an event says so, and goes on from there when that is mended") {
  mended = false;
  node counting{domain{}, on("memory:")};
  for (int i = 0; i < 10; ++i)
    counting.ask<counter>("a", add{1, i == 5 ? "poison" : ""}).get().value();
  REQUIRE(counting.wait_for<total>(10));
  auto hand = annals::control<strict>(counting);
  REQUIRE(hand.start_rebuild());
  auto failed = hand.wait_for_rebuild(long_enough);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == errc::domain_threw);
  CHECK_THAT(failed.error().message, Catch::Contains("position 6"));
  CHECK(hand.rebuild().phase == rebuild_phase::failed);
  CHECK(hand.rebuild().position == 5);
  CHECK(hand.rebuild().end == 10);
  mended = true;
  REQUIRE(hand.resume_rebuild());
  REQUIRE(hand.wait_for_rebuild(long_enough));
  // The live one had stopped there as well, and goes on with the new model.
  REQUIRE(counting.wait_for<strict>(10));
  CHECK(counting.read<strict>([](auto& model) { return model.sum; }) == 10);
}

TEST_CASE("what was skipped by hand before and while a model is rebuilt stays out of it") {
  mended = false;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 10, 1, 5, 2); // 2 and 7
  node counting{sums_only{}, on(in(folder))};
  REQUIRE(counting.wait_for<sums>(10));
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.skip(2));
  mended = true;
  REQUIRE(hand.start_rebuild({.workers = 2}));
  REQUIRE(hand.wait_for_rebuild(long_enough));
  CHECK(json_of<sums>(counting) == R"({"of":{"0":53},"events":9})");
  CHECK(hand.parked().empty());
  CHECK(hand.check().value().same());
}

namespace {

// Gives commands to a node from a thread of its own, some at a time, until it ends.
std::jthread asking_all_the_time(node& counting) {
  return std::jthread{[&counting](const std::stop_token& end) {
    for (int asked = 0; !end.stop_requested();) {
      std::vector<std::future<annals::reply>> under_way;
      for (int i = 0; i < 16; ++i)
        under_way.push_back(
            counting.ask<counter>("asked-" + std::to_string(++asked % 50), add{1, ""}));
      for (auto& one : under_way)
        one.get().value();
    }
  }};
}

} // namespace

TEST_CASE("a rebuild whose process is killed ten times, under commands, goes on where it was, and "
          "gives the model of the log") {
  mended = false;
  temporary_folder folder;
  const auto events =
      static_cast<int>(annals::tests::number_given("ANNALS_REBUILD_EVENTS", 100'000));
  std::mt19937 random{7};
  std::vector<std::uint64_t> found;
  for (int kills = 0; kills <= 10; ++kills) {
    // Reports where the rebuild is whenever that has changed, from the first look on.
    child_process rebuilding{[&](const child_process::report& report) {
      if (kills == 0) {
        fill(*annals::open_store(in(folder)).value(), events, 500, 10'000, 77);
        spoil(in(folder), events);
      }
      if (events <= 1'000'000)
        work = 20us; // so that there is something to be killed
      node counting{sums_only{}, on(in(folder))};
      auto hand = annals::control<sums>(counting);
      if (kills == 0)
        hand.start_rebuild({.workers = 2}).value();
      auto asking = asking_all_the_time(counting);
      for (std::uint64_t seen = 0; hand.rebuild().phase == rebuild_phase::running;) {
        auto at = hand.rebuild().position;
        if (at != seen)
          report(seen = at);
        std::this_thread::yield();
      }
      hand.wait_for_rebuild(long_enough).value();
    }};
    std::uint64_t at = 0;
    if (kills == 10) {
      while (rebuilding.next(at)) {}
      CHECK(rebuilding.wait() == 0);
      break;
    }
    // Some of what is left further than the one before, by chance.
    const auto before = found.empty() ? 0 : found.back();
    const auto far_enough = before + (events - before) / (10 + random() % 30);
    do
      REQUIRE(rebuilding.next(at));
    while (at < far_enough);
    rebuilding.kill();
    auto opened = annals::open_store(in(folder)).value();
    auto models = opened->open_reader().value()->list_models().value();
    REQUIRE(models.size() == 3);
    found.push_back(std::min(models[1].checkpoint, models[2].checkpoint));
    CHECK(models[0].generation == 0);
  }
  // It never began anew.
  CHECK(std::is_sorted(found.begin(), found.end()));
  CHECK(found.front() < found.back());
  node counting{sums_only{}, on(in(folder))};
  const auto end = counting.open_reader().value()->last_position().value();
  CHECK(end > static_cast<annals::log_position>(events));
  REQUIRE(counting.wait_for<sums>(end, long_enough));
  CHECK(json_of<sums>(counting) == folded(in(folder)));
  CHECK(annals::control<sums>(counting).parked().size()
        == static_cast<std::size_t>(events / 10'000));
  CHECK(stored_names(in(folder)) == std::vector<std::string>{"poison.sums"});
}

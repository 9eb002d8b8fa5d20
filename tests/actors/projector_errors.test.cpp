#include "tests/actors/poison_helpers.hpp"

#include "tests/actors/watched_store.hpp"
#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <thread>

using annals::node;
using annals::tests::comes_true;
using annals::tests::temporary_folder;
using namespace poison;
using namespace std::chrono_literals;

namespace {

constexpr int plenty = 1000;

annals::config on(const std::string& store, std::uint32_t retries = 0) {
  annals::config settings;
  settings.store = store;
  settings.poison_retries = retries;
  settings.poison_back_off = 1ms;
  return settings;
}

std::optional<annals::stored_model> stored(const std::string& store, const std::string& name) {
  auto opened = annals::open_store(store).value();
  return opened->open_reader().value()->load_model(name).value();
}

} // namespace

TEST_CASE("an event is tried once and as often again as is set, and then the projection stops") {
  const std::uint32_t retries = GENERATE(0U, 1U, 3U);
  not_mended fresh;
  throws_left = plenty;
  node counting{annals::domain<counter, strict>{}, on("memory:", retries)};
  add_one(counting, "a", 1);
  auto bad = add_one(counting, "a", 2, "at first");
  REQUIRE(has_stopped<strict>(counting));
  CHECK(plenty - throws_left == static_cast<int>(retries) + 1);
  CHECK_THAT(counting.projections()[0].stopped->message,
             Catch::Contains("not at first") && Catch::Contains("position " + std::to_string(bad)));
  CHECK(json_of<strict>(counting) == R"({"sum":1})");
}

TEST_CASE("an event is tried once and as often again as is set, and is then parked") {
  const std::uint32_t retries = GENERATE(0U, 1U, 3U);
  not_mended fresh;
  throws_left = plenty;
  node counting{annals::domain<counter, sums>{}, on("memory:", retries)};
  add_one(counting, "a", 2, "at first");
  auto last = add_one(counting, "a", 1);
  REQUIRE(counting.wait_for<sums>(last));
  CHECK(plenty - throws_left == static_cast<int>(retries) + 1);
  CHECK(annals::control<sums>(counting).parked().at(0).attempts == retries + 1);
  CHECK(json_of<sums>(counting) == R"({"of":{"a":1},"events":1})");
}

TEST_CASE("an event at the end of the log that is parked is passed, also after a restart") {
  not_mended fresh;
  temporary_folder folder;
  annals::log_position last = 0;
  {
    node counting{annals::domain<counter, sums>{}, on(in(folder))};
    add_one(counting, "a", 1);
    last = add_one(counting, "a", 2, "poison");
    REQUIRE(counting.wait_for<sums>(last));
    CHECK(counting.projections()[0].position == last);
  }
  CHECK(stored(in(folder), "poison.sums")->checkpoint == last);
  node again{annals::domain<counter, sums>{}, on(in(folder))};
  REQUIRE(again.wait_for<sums>(last));
  CHECK(positions(annals::control<sums>(again).parked())
        == std::vector<annals::log_position>{last});
  CHECK(json_of<sums>(again) == R"({"of":{"a":1},"events":1})");
}

TEST_CASE("a projection that has stopped goes on after a restart with the cause mended, from the "
          "event that it stopped at") {
  not_mended fresh;
  temporary_folder folder;
  annals::log_position bad = 0, last = 0;
  {
    node counting{annals::domain<counter, strict>{}, on(in(folder))};
    add_one(counting, "a", 1);
    bad = add_one(counting, "a", 2, "poison");
    last = add_one(counting, "a", 4);
    REQUIRE(has_stopped<strict>(counting));
  }
  auto kept = stored(in(folder), "poison.strict").value();
  CHECK(kept.checkpoint == bad - 1);
  CHECK(kept.model == R"({"sum":1})");
  mended = true;
  node again{annals::domain<counter, strict>{}, on(in(folder))};
  REQUIRE(again.wait_for<strict>(last));
  CHECK(json_of<strict>(again) == R"({"sum":7})");
}

TEST_CASE("a model that follows the log is stored from time to time, and not at shutdown only") {
  not_mended fresh;
  temporary_folder folder;
  auto settings = on(in(folder));
  settings.save_interval = 0ms;
  node counting{annals::domain<counter, total>{}, settings};
  for (int round = 1; round <= 3; ++round) {
    auto last = add_one(counting, "a", 1);
    REQUIRE(comes_true([&] {
      auto kept = stored(in(folder), "poison.total");
      return kept && kept->checkpoint == last;
    }));
    CHECK(stored(in(folder), "poison.total")->model == R"({"sum":)" + std::to_string(round) + "}");
  }
}

TEST_CASE(
    "a node stops at once while a projection waits to try an event again, and loses nothing") {
  not_mended fresh;
  temporary_folder folder;
  annals::log_position last = 0;
  {
    auto settings = on(in(folder), 3);
    settings.poison_back_off = 1h;
    throws_left = plenty;
    node counting{annals::domain<counter, strict>{}, settings};
    add_one(counting, "a", 1);
    last = add_one(counting, "a", 2, "at first");
    REQUIRE(comes_true([] { return throws_left < plenty; }));
    counting.stop();
  }
  throws_left = 0;
  node again{annals::domain<counter, strict>{}, on(in(folder))};
  REQUIRE(again.wait_for<strict>(last));
  CHECK(json_of<strict>(again) == R"({"sum":3})");
}

TEST_CASE(
    "what is ordered while the stored model cannot be loaded is refused, and changes nothing") {
  not_mended fresh;
  temporary_folder folder;
  annals::log_position bad = 0, last = 0;
  {
    node counting{annals::domain<counter, strict>{}, on(in(folder))};
    add_one(counting, "a", 1);
    bad = add_one(counting, "a", 2, "poison");
    last = add_one(counting, "a", 4);
    REQUIRE(has_stopped<strict>(counting));
    REQUIRE(annals::control<strict>(counting).skip(bad));
    REQUIRE(counting.wait_for<strict>(last));
  }
  const auto before = stored(in(folder), "poison.strict").value();
  auto seen = std::make_shared<annals::tests::watch>();
  seen->models_are_away = true;
  auto settings = on(in(folder));
  settings.open_store = annals::tests::watched(in(folder), seen);
  settings.poll_interval = 1ms;
  node counting{annals::domain<counter, strict>{}, settings};
  REQUIRE(has_stopped<strict>(counting));
  auto hand = annals::control<strict>(counting);
  const auto away = annals::errc::projection_stopped;
  CHECK(hand.retry_all().error().code == away);
  CHECK(hand.skip(1).error().code == away);
  CHECK(hand.resume().error().code == away);
  CHECK(stored(in(folder), "poison.strict").value() == before);
  // It goes on by itself.
  seen->models_are_away = false;
  REQUIRE(comes_true([&] { return !counting.projections()[0].stopped; }));
  REQUIRE(counting.wait_for<strict>(last));
  CHECK(json_of<strict>(counting) == R"({"sum":5})");
}

TEST_CASE("readers see the model before an event that throws, or after, and never half of it") {
  not_mended fresh;
  node counting{annals::domain<counter, sums>{}, on("memory:")};
  std::atomic<bool> done{false};
  bool half = false;
  std::thread reading{[&] {
    while (!done)
      half |= counting.read<sums>(
          [](const sums& model) { return !model.of.empty() && model.of.at("a") != model.events; });
  }};
  annals::log_position last = 0;
  for (int i = 0; i < 500; ++i)
    last = add_one(counting, "a", 1, i % 2 == 0 ? "" : "poison");
  CHECK(counting.wait_for<sums>(last));
  done = true;
  reading.join();
  CHECK_FALSE(half);
}

TEST_CASE("what was skipped by hand stays out of a model that has to be made again from the log") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 4, 1, 4, 2); // 2
  annals::stored_model of_no_use{"poison.strict", 3, 1, "{"};
  of_no_use.notes = R"({"parked":[],"skipped":[2,99],"shape":0,"digest":0,"paused":false})";
  REQUIRE(annals::open_store(in(folder)).value()->save_model(of_no_use));
  node counting{annals::domain<counter, strict>{}, on(in(folder))};
  REQUIRE(counting.wait_for<strict>(4));
  CHECK(json_of<strict>(counting) == R"({"sum":8})");
}

TEST_CASE(
    "a projection that is paused takes in nothing, also after a restart, until it is resumed") {
  not_mended fresh;
  temporary_folder folder;
  annals::log_position last = 0;
  {
    node counting{annals::domain<counter, total>{}, on(in(folder))};
    REQUIRE(counting.wait_for<total>(add_one(counting, "a", 1)));
    auto hand = annals::control<total>(counting);
    CHECK(hand.resume().error().code == annals::errc::invalid_argument);
    REQUIRE(hand.pause());
    CHECK(counting.projections()[0].paused);
    last = add_one(counting, "a", 2);
    auto waited = counting.wait_for<total>(last, 20ms);
    REQUIRE(waited.has_error());
    CHECK(waited.error().code == annals::errc::timed_out);
    CHECK_THAT(waited.error().message, Catch::Contains("paused by hand"));
    REQUIRE(hand.start_rebuild());
    REQUIRE(hand.wait_for_rebuild(20s));
    CHECK(counting.projections()[0].paused);
    last = add_one(counting, "a", 4);
  }
  node again{annals::domain<counter, total>{}, on(in(folder))};
  CHECK(again.wait_for<total>(last, 20ms).error().code == annals::errc::timed_out);
  CHECK(json_of<total>(again) == R"({"sum":3})");
  REQUIRE(annals::control<total>(again).resume());
  REQUIRE(again.wait_for<total>(last));
  CHECK(json_of<total>(again) == R"({"sum":7})");
}

#include "tests/actors/poison_helpers.hpp"

#include "tests/persistence/child_process.hpp"
#include "tests/printing.hpp"

#include <annals/actors/take_on.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

using annals::errc;
using annals::node;
using namespace annals::tests;
using namespace poison;

namespace {

annals::config on(const std::string& store) {
  annals::config settings;
  settings.store = store;
  settings.poison_retries = 1;
  settings.poison_back_off = std::chrono::milliseconds{1};
  return settings;
}

template <class Model>
std::string rebuilt(const std::string& store) {
  annals::registry known = domain{};
  auto opened = annals::open_store(store).value();
  auto reader = opened->open_reader().value();
  auto made = annals::rebuild_projection(*reader, known, *known.find_projection(Model::name.text()),
                                         10'000);
  return made.value()->to_json().value();
}

} // namespace

TEST_CASE("of 30,000 events a projection parks exactly those that it throws at, one in 10,000, and "
          "retrying them when it is mended gives the model of a clean rebuild") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 30'000, 7, 10'000, 5'000);
  const std::vector<annals::log_position> poisoned{5'000, 15'000, 25'000};
  {
    node counting{domain{}, on(in(folder))};
    REQUIRE(counting.wait_for<sums>(30'000));
    CHECK(positions(annals::control<sums>(counting).parked()) == poisoned);
    CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 30'000 - 3);
  }
  // After a restart, with the code as it was: nothing is lost, nothing is tried by itself.
  {
    node again{domain{}, on(in(folder))};
    REQUIRE(again.wait_for<sums>(30'000));
    auto parked = annals::control<sums>(again).parked();
    REQUIRE(positions(parked) == poisoned);
    CHECK(parked[1].stream == "poison.counter-" + std::to_string(14'999 % 7));
    CHECK(parked[1].version == 14'999 / 7 + 1);
    CHECK(parked[1].type == "poison.added");
    CHECK(parked[1].attempts == 2);
    CHECK(parked[1].why.code == errc::domain_threw);
    CHECK_THAT(parked[1].why.message, Catch::Contains("cannot take in 15000"));
    for (const auto& status : again.projections())
      if (status.name == "poison.sums")
        CHECK(status.parked == 3);
  }
  mended = true;
  node mended_one{domain{}, on(in(folder))};
  REQUIRE(mended_one.wait_for<sums>(30'000));
  auto report = annals::control<sums>(mended_one).retry_all().value();
  CHECK(report.taken_in == 3);
  CHECK(report.still_parked == 0);
  CHECK_FALSE(report.why);
  CHECK(annals::control<sums>(mended_one).parked().empty());
  CHECK(json_of<sums>(mended_one) == rebuilt<sums>(in(folder)));
  CHECK(annals::control<sums>(mended_one).check().value().same());
}

TEST_CASE(
    "what is parked and what was retried is stored before it is answered: a kill loses neither") {
  not_mended fresh;
  temporary_folder folder;
  annals::tests::child_process child{[&](const auto& report) {
    fill(*annals::open_store(in(folder)).value(), 100, 7, 50, 25); // 25 and 75
    node counting{domain{}, on(in(folder))};
    counting.wait_for<sums>(100).value();
    mended = true;
    report(annals::control<sums>(counting).retry(25).value().taken_in);
    comes_true([] { return false; });
  }};
  std::uint64_t taken_in = 0;
  REQUIRE(child.next(taken_in));
  CHECK(taken_in == 1);
  child.kill();
  node after{domain{}, on(in(folder))};
  REQUIRE(after.wait_for<sums>(100));
  CHECK(positions(annals::control<sums>(after).parked()) == std::vector<annals::log_position>{75});
  CHECK(after.read<sums>([](auto& model) { return model.events; }) == 99);
}

TEST_CASE("an event that is taken in when it is tried again is not parked") {
  not_mended fresh;
  auto settings = on("memory:");
  settings.poison_retries = 3;
  node counting{annals::domain<counter, sums>{}, settings};
  throws_left = 3;
  add_one(counting, "a", 1);
  auto last = add_one(counting, "a", 2, "at first");
  REQUIRE(counting.wait_for<sums>(last));
  CHECK(annals::control<sums>(counting).parked().empty());
  CHECK(json_of<sums>(counting) == R"({"of":{"a":3},"events":2})");
}

TEST_CASE("a projection that parks streams keeps each stream in order, and all others going") {
  not_mended fresh;
  node counting{domain{}, on("memory:")};
  add_one(counting, "a", 1);
  auto bad = add_one(counting, "a", 2, "poison");
  add_one(counting, "b", 3);
  auto behind = add_one(counting, "a", 4);
  auto last = add_one(counting, "b", 5);
  REQUIRE(counting.wait_for<histories>(last));
  auto hand = annals::control<histories>(counting);
  CHECK(positions(hand.parked()) == std::vector<annals::log_position>{bad, behind});
  CHECK(hand.parked()[1].attempts == 0);
  CHECK(json_of<histories>(counting) == R"({"of":{"a":[1],"b":[3,5]}})");
  SECTION("one that stands behind another is not retried before it") {
    auto refused = hand.retry(behind);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == errc::invalid_argument);
    CHECK_THAT(refused.error().message, Catch::Contains("position " + std::to_string(bad)));
  }
  SECTION("those behind stay where the first fails again, with the reason") {
    auto report = hand.retry_all().value();
    CHECK(report.taken_in == 0);
    CHECK(report.still_parked == 2);
    CHECK(report.why.value().code == errc::domain_threw);
    CHECK(json_of<histories>(counting) == R"({"of":{"a":[1],"b":[3,5]}})");
  }
  SECTION("those behind follow the first in order") {
    mended = true;
    CHECK(hand.retry(bad).value().taken_in == 2);
    CHECK(json_of<histories>(counting) == R"({"of":{"a":[1,2,4],"b":[3,5]}})");
    auto next = add_one(counting, "a", 6);
    REQUIRE(counting.wait_for<histories>(next));
    CHECK(json_of<histories>(counting) == R"({"of":{"a":[1,2,4,6],"b":[3,5]}})");
  }
  SECTION("those behind follow where the first is skipped") {
    auto report = hand.skip(bad).value();
    CHECK(report.skipped == 1);
    CHECK(report.taken_in == 1);
    CHECK(hand.parked().empty());
    CHECK(json_of<histories>(counting) == R"({"of":{"a":[1,4],"b":[3,5]}})");
    CHECK(hand.check().value().same());
  }
}

TEST_CASE(
    "a projection that has stopped goes on when it is told to, from the event it stopped at") {
  not_mended fresh;
  temporary_folder folder;
  node counting{domain{}, on(in(folder))};
  add_one(counting, "a", 1);
  auto bad = add_one(counting, "a", 2, "poison");
  auto last = add_one(counting, "a", 4);
  REQUIRE(has_stopped<strict>(counting));
  CHECK(counting.wait_for<strict>(last).error().code == errc::projection_stopped);
  CHECK(json_of<strict>(counting) == R"({"sum":1})");
  auto hand = annals::control<strict>(counting);
  SECTION("as long as nothing is mended it stops there again") {
    REQUIRE(hand.resume());
    REQUIRE(has_stopped<strict>(counting));
    CHECK(json_of<strict>(counting) == R"({"sum":1})");
  }
  SECTION("mended, it takes everything in") {
    mended = true;
    REQUIRE(hand.resume());
    REQUIRE(counting.wait_for<strict>(last));
    CHECK(json_of<strict>(counting) == R"({"sum":7})");
  }
  SECTION("the event is passed over where a person says so, for good") {
    CHECK(hand.skip(last).error().code == errc::not_found);
    CHECK(hand.skip(bad).value().skipped == 1);
    REQUIRE(counting.wait_for<strict>(last));
    CHECK(json_of<strict>(counting) == R"({"sum":5})");
    counting.stop();
    mended = true;
    node again{domain{}, on(in(folder))};
    REQUIRE(again.wait_for<strict>(last));
    CHECK(json_of<strict>(again) == R"({"sum":5})");
    CHECK(rebuilt<strict>(in(folder)) == R"({"sum":5})");
  }
}

TEST_CASE("a projection that tries an event again and again slows no other") {
  not_mended fresh;
  auto settings = on("memory:");
  settings.poison_back_off = std::chrono::hours{1};
  node counting{domain{}, settings};
  add_one(counting, "a", 1, "poison");
  auto last = add_one(counting, "a", 2);
  REQUIRE(counting.wait_for<total>(last));
  CHECK(json_of<total>(counting) == R"({"sum":3})");
  CHECK(json_of<sums>(counting) == R"({"of":{},"events":0})");
  for (const auto& status : counting.projections())
    CHECK_FALSE(status.stopped);
}

TEST_CASE("a projection parks no more events than it may, and then says what to do") {
  not_mended fresh;
  auto settings = on("memory:");
  settings.most_parked = 2;
  node counting{annals::domain<counter, sums>{}, settings};
  for (int i = 0; i < 3; ++i)
    add_one(counting, "a", i, "poison");
  REQUIRE(has_stopped<sums>(counting));
  auto stopped = counting.projections().front().stopped.value();
  CHECK_THAT(stopped.message, Catch::Contains("most_parked") && Catch::Contains("retry"));
  CHECK(annals::control<sums>(counting).parked().size() == 2);
  mended = true;
  CHECK(annals::control<sums>(counting).retry_all().value().taken_in == 2);
  REQUIRE(counting.wait_for<sums>(3));
  CHECK(json_of<sums>(counting) == R"({"of":{"a":3},"events":3})");
}

TEST_CASE("an order that cannot be carried out says why, and changes nothing") {
  not_mended fresh;
  node counting{domain{}, on("memory:")};
  auto last = add_one(counting, "a", 1);
  REQUIRE(counting.wait_for<sums>(last));
  auto hand = annals::control<sums>(counting);
  CHECK(hand.retry(last).error().code == errc::not_found);
  CHECK(hand.skip(last).error().code == errc::not_found);
  CHECK(hand.skip(99).error().code == errc::not_found);
  CHECK(hand.resume().error().code == errc::invalid_argument);
  CHECK(hand.retry_all().value().taken_in == 0);
  CHECK_THROWS_AS((annals::projection_control{counting, "poison.none"}), annals::error);
  counting.stop();
  CHECK(hand.retry_all().error().code == errc::stopping);
}

TEST_CASE(
    "an event that cannot be decoded is parked, and one of an unknown type stops the projection") {
  not_mended fresh;
  temporary_folder folder;
  {
    auto store = annals::open_store(in(folder)).value();
    fill(*store, 3, 1, 10, 0);
    annals::new_event event;
    event.id = annals::make_id();
    event.type = "poison.added";
    event.payload = R"({"amount":"many"})";
    annals::append_request broken{"poison.counter-1", 0, {event}};
    REQUIRE(store->append({&broken, 1}).front());
    event.type = "poison.unheard";
    annals::append_request strange{"poison.counter-2", 0, {event}};
    REQUIRE(store->append({&strange, 1}).front());
  }
  node counting{annals::domain<counter, sums>{}, on(in(folder))};
  REQUIRE(has_stopped<sums>(counting));
  auto hand = annals::control<sums>(counting);
  CHECK(positions(hand.parked()) == std::vector<annals::log_position>{4});
  CHECK(hand.parked().front().why.code == errc::undecodable);
  CHECK_THAT(counting.projections().front().stopped.value().message,
             Catch::Contains("poison.unheard"));
  CHECK(hand.skip(5).value().skipped == 1);
  CHECK(counting.wait_for<sums>(5));
}

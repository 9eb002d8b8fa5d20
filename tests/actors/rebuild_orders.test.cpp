#include "tests/actors/rebuild_helpers.hpp"

#include "tests/printing.hpp"

#include <annals/persistence/open_store.hpp>
#include <annals/persistence/testing/forwarding_store.hpp>

#include <catch2/catch.hpp>

#include <condition_variable>
#include <future>
#include <thread>

using annals::errc;
using annals::node;
using annals::rebuild_phase;
using annals::tests::comes_true;
using annals::tests::temporary_folder;
using namespace poison;
using namespace std::chrono_literals;

// What a person orders while a read model is being rebuilt, and what both make of each other.

namespace {

// A gate that a test closes and opens, and that says whether somebody waits at it.
class gate {
public:
  void close() { set(false); }
  void open() { set(true); }
  void pass() {
    std::unique_lock lock{mutex_};
    waits_ = !open_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    waits_ = false;
  }
  void wait_for_somebody() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waits_; });
  }

private:
  void set(bool open) {
    std::lock_guard guard{mutex_};
    open_ = open;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool waits_ = false;
};

// What the store does with what is stored of a rebuild.
struct rules {
  gate replacing;
  std::atomic<bool> refuses_parts{false};
};

class ruled_store : public annals::testing::forwarding_store {
public:
  ruled_store(std::unique_ptr<annals::event_store> inner, std::shared_ptr<rules> by)
      : forwarding_store{std::move(inner)}, by_{std::move(by)} {}

  annals::result<void> save_model(const annals::stored_model& model) override {
    if (by_->refuses_parts && model.projection.find("@rebuild.") != std::string::npos)
      return annals::failure{errc::store_full, "the test has no room for it"};
    return forwarding_store::save_model(model);
  }
  annals::result<std::uint64_t> replace_model(const annals::stored_model& model,
                                              std::span<const std::string> removed) override {
    if (!removed.empty())
      by_->replacing.pass();
    return forwarding_store::replace_model(model, removed);
  }

private:
  std::shared_ptr<rules> by_;
};

annals::config on(const std::string& store, const std::shared_ptr<rules>& by) {
  auto settings = poison::on(store);
  settings.open_store = [store, by]() -> annals::result<std::unique_ptr<annals::event_store>> {
    return std::make_unique<ruled_store>(annals::open_store(store).value(), by);
  };
  return settings;
}

// Waits until a rebuild has read some way past a position, and then has it wait.
void pause_past(annals::projection_control& hand, annals::log_position position) {
  REQUIRE(comes_true([&] { return hand.rebuild().position > position; }));
  REQUIRE(hand.pause_rebuild());
  REQUIRE(hand.rebuild().phase == rebuild_phase::paused);
}

struct slow_work {
  slow_work() { work = 20us; }
  ~slow_work() { work = 0us; }
};

} // namespace

TEST_CASE("a rebuild that an event stops takes nothing over from the live model") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 10, 1, 20, 6); // 6
  REQUIRE(annals::open_store(in(folder))
              .value()
              ->save_model({"poison.strict", 4, 1, R"({"sum":1000})"}));
  node counting{annals::domain<counter, strict>{}, on(in(folder))};
  REQUIRE(has_stopped<strict>(counting));
  auto hand = annals::control<strict>(counting);
  REQUIRE(hand.start_rebuild());
  REQUIRE(hand.wait_for_rebuild(long_enough).error().code == errc::domain_threw);
  mended = true;
  REQUIRE(hand.resume_rebuild());
  REQUIRE(hand.wait_for_rebuild(long_enough));
  REQUIRE(counting.wait_for<strict>(10));
  CHECK(json_of<strict>(counting) == R"({"sum":55})");
}

TEST_CASE("a rebuild whose workers have parked too many events in sum fails with what to do") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 400, 41, 20, 7); // 20 of them
  auto settings = on(in(folder));
  settings.most_parked = 15;
  mended = true;
  node counting{sums_only{}, settings};
  REQUIRE(counting.wait_for<sums>(400));
  mended = false;
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.start_rebuild({.workers = 2}));
  auto failed = hand.wait_for_rebuild(long_enough);
  REQUIRE(failed.has_error());
  CHECK(failed.error().code == errc::projection_stopped);
  CHECK_THAT(failed.error().message, Catch::Contains("most_parked"));
  CHECK(hand.parked().empty());
  CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 400);
}

TEST_CASE(
    "an order that comes while the new model is put in place is refused, and leaves nothing") {
  not_mended fresh;
  const bool pause = GENERATE(true, false);
  CAPTURE(pause);
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 100, 10, 1000, 7);
  auto by = std::make_shared<rules>();
  {
    node counting{sums_only{}, on(in(folder), by)};
    REQUIRE(counting.wait_for<sums>(100));
    auto hand = annals::control<sums>(counting);
    by->replacing.close();
    REQUIRE(hand.start_rebuild({.workers = 2}));
    by->replacing.wait_for_somebody();
    auto ordered = std::async(std::launch::async,
                              [&] { return pause ? hand.pause_rebuild() : hand.cancel_rebuild(); });
    CHECK(ordered.wait_for(20ms) == std::future_status::timeout);
    by->replacing.open();
    CHECK(ordered.get().error().code == errc::invalid_argument);
    CHECK(hand.rebuild().phase == rebuild_phase::done);
  }
  CHECK(stored_names(in(folder)) == std::vector<std::string>{"poison.sums"});
  node again{sums_only{}, on(in(folder))};
  CHECK(annals::control<sums>(again).rebuild().phase == rebuild_phase::none);
}

TEST_CASE("a pause that cannot be stored is refused with the reason, and the rebuild goes on") {
  not_mended fresh;
  slow_work slowly;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 20'000, 10, 30'000, 29'999);
  auto by = std::make_shared<rules>();
  node counting{sums_only{}, on(in(folder), by)};
  REQUIRE(counting.wait_for<sums>(20'000));
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.start_rebuild({.workers = 2}));
  by->refuses_parts = true;
  auto refused = hand.pause_rebuild();
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::store_full);
  CHECK(hand.rebuild().phase == rebuild_phase::running);
  REQUIRE(hand.wait_for_rebuild(long_enough));
  CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 20'000);
}

TEST_CASE("a rebuild that was paused and has failed waits after a restart, and goes on when told") {
  not_mended fresh;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 10, 1, 20, 6);
  {
    node counting{annals::domain<counter, strict>{}, on(in(folder))};
    auto hand = annals::control<strict>(counting);
    REQUIRE(hand.start_rebuild());
    REQUIRE(hand.wait_for_rebuild(long_enough).has_error());
    REQUIRE(hand.pause_rebuild());
  }
  mended = true;
  {
    node counting{annals::domain<counter, strict>{}, on(in(folder))};
    auto hand = annals::control<strict>(counting);
    CHECK(hand.rebuild().phase == rebuild_phase::paused);
    REQUIRE(hand.resume_rebuild());
    REQUIRE(hand.wait_for_rebuild(long_enough));
    CHECK(json_of<strict>(counting) == R"({"sum":55})");
  }
}

TEST_CASE(
    "what is skipped by hand while a model is rebuilt is not in the new one, taken in or not") {
  not_mended fresh;
  const bool taken_in = GENERATE(false, true);
  CAPTURE(taken_in);
  slow_work slowly;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 20'000, 10, 30'000, 77);
  node counting{sums_only{}, on(in(folder))};
  REQUIRE(counting.wait_for<sums>(20'000));
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.parked().size() == 1);
  mended = taken_in;
  REQUIRE(hand.start_rebuild({.workers = 2}));
  pause_past(hand, 77);
  REQUIRE(hand.skip(77));
  mended = true;
  REQUIRE(hand.resume_rebuild());
  REQUIRE(hand.wait_for_rebuild(long_enough));
  CHECK(counting.read<sums>([](auto& model) { return model.events; }) == 19'999);
  CHECK(hand.parked().empty());
  CHECK(hand.check().value().same());
}

TEST_CASE("what is retried by hand while a model is rebuilt is in the new one too") {
  not_mended fresh;
  slow_work slowly;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 20'000, 10, 10'000, 77); // and 10,077
  node counting{sums_only{}, on(in(folder))};
  REQUIRE(counting.wait_for<sums>(20'000));
  auto hand = annals::control<sums>(counting);
  REQUIRE(hand.start_rebuild());
  pause_past(hand, 77);
  mended = true;
  CHECK(hand.retry(77).value().taken_in == 1);
  mended = false;
  REQUIRE(hand.resume_rebuild());
  mended = true; // the retry is repeated at the end
  REQUIRE(hand.wait_for_rebuild(long_enough));
  for (const auto& event : hand.parked())
    CHECK(event.position == 10'077);
  CHECK(hand.check().value().same());
}

TEST_CASE("a rebuild is cancelled while its node stops, and neither waits for the other for ever") {
  not_mended fresh;
  slow_work slowly;
  temporary_folder folder;
  fill(*annals::open_store(in(folder)).value(), 5'000, 10, 30'000, 77);
  for (int round = 0; round < 10; ++round) {
    node counting{sums_only{}, on(in(folder))};
    auto hand = annals::control<sums>(counting);
    if (hand.rebuild().phase == rebuild_phase::none)
      REQUIRE(hand.start_rebuild({.workers = 3}));
    std::thread cancels{[&] { static_cast<void>(hand.cancel_rebuild()); }};
    std::thread pauses{[&] { static_cast<void>(hand.pause_rebuild()); }};
    counting.stop();
    cancels.join();
    pauses.join();
  }
}

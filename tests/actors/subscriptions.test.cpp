#include "tests/actors/notebook.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <map>
#include <mutex>

using namespace annals::tests;
using annals::errc;
using annals::recorded_event;
using annals::subscription_settings;
using annals::subscription_start;

TEST_CASE("a subscription gets what was stored before and after it, once and in order") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    deposit_to(node, "a", 2);
    notebook seen;
    auto following = node.subscribe({}, seen.writer()).value();
    deposit_to(node, "b", 2);
    deposit_to(node, "a");
    REQUIRE(comes_true([&] { return seen.size() == 5; }));
    CHECK(seen.positions() == all_up_to(5));
    CHECK(seen.events().at(2).stream == "ledger.account-b");
    REQUIRE(comes_true([&] { return following.status().acknowledged == 5; }));
    CHECK(node.subscriptions().size() == 1);
    following.cancel();
    CHECK(node.subscriptions().empty());
    deposit_to(node, "a");
    CHECK(seen.size() == 5);
  }
}

TEST_CASE("many events come in order, across the batches that they are read in") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    std::vector<std::future<annals::reply>> answers;
    for (int i = 0; i < 2500; ++i)
      answers.push_back(node.ask<account>("a" + std::to_string(i % 7), deposit{1}));
    notebook seen;
    auto following = node.subscribe({}, seen.writer()).value();
    for (auto& one : answers)
      REQUIRE(one.get());
    REQUIRE(comes_true([&] { return seen.size() == 2500; }));
    CHECK(seen.positions() == all_up_to(2500));
  }
}

TEST_CASE("a subscription begins where it is told: now, past a position, at a time") {
  auto with = settings("memory:");
  auto time = std::make_shared<std::atomic<std::int64_t>>(1000);
  with.clock = [time] { return annals::timestamp{std::chrono::seconds{time->load()}}; };
  annals::node node{ledger::domain{}, with};
  for (int i = 0; i < 6; ++i) {
    deposit_to(node, "a");
    *time += 100;
  }
  auto first_of = [&](subscription_start from) {
    subscription_settings begins;
    begins.from = from;
    notebook seen;
    auto following = node.subscribe(begins, seen.writer()).value();
    deposit_to(node, "z");
    REQUIRE(comes_true([&] { return seen.size() > 0; }));
    return seen.positions().front();
  };
  CHECK(first_of(subscription_start::from_beginning()) == 1);
  CHECK(first_of(subscription_start::after(4)) == 5);
  CHECK(first_of(subscription_start::from_time(annals::timestamp{std::chrono::seconds{1300}}))
        == 4);
  CHECK(first_of(subscription_start::from_time(annals::timestamp{std::chrono::seconds{1301}}))
        == 5);
  CHECK(first_of(subscription_start::from_time(annals::timestamp{})) == 1);
  CHECK(first_of(subscription_start::from_now()) == 12);
}

TEST_CASE("only what passes stream, aggregate, type and predicate comes") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 3);
  deposit_to(node, "b", 2);
  REQUIRE(node.ask<account>("a", ledger::withdraw{2}).get());
  auto gets = [&](annals::subscription_filter filter) {
    subscription_settings wants;
    wants.filter = std::move(filter);
    notebook seen;
    auto following = node.subscribe(wants, seen.writer()).value();
    REQUIRE(comes_true([&] { return following.status().acknowledged == 6; }));
    return seen.positions();
  };
  using list = std::vector<annals::log_position>;
  CHECK(gets({.streams = {"ledger.account-b"}}) == list{4, 5});
  CHECK(gets({.types = {"ledger.withdrawn"}}) == list{6});
  CHECK(gets({.aggregates = {"ledger.account"}}) == all_up_to(6));
  CHECK(gets({.aggregates = {"ledger.safe"}}).empty());
  auto is_second = [](const recorded_event& event) { return event.version == 2; };
  CHECK(gets({.predicate = is_second}) == list{2, 5});
  CHECK(gets({.streams = {"ledger.account-b"}, .predicate = is_second}) == list{5});
}

TEST_CASE("a durable subscription goes on behind what was acknowledged, after a restart too") {
  places at;
  const auto& url = at.urls.back();
  {
    annals::node node{ledger::domain{}, settings(url)};
    deposit_to(node, "a", 3);
    notebook seen;
    auto following = node.subscribe(named("mail"), seen.writer()).value();
    REQUIRE(comes_true([&] { return following.status().acknowledged == 3; }));
    following.cancel();
    deposit_to(node, "a");
    auto again = node.subscribe(named("mail"), seen.writer()).value();
    REQUIRE(comes_true([&] { return seen.size() == 4; }));
    node.stop();
  }
  annals::node node{ledger::domain{}, settings(url)};
  deposit_to(node, "a");
  notebook seen;
  auto following = node.subscribe(named("mail"), seen.writer()).value();
  REQUIRE(comes_true([&] { return seen.size() == 1; }));
  CHECK(seen.positions().front() == 5);
  CHECK(node.forget_subscription("mail").error().code == errc::invalid_argument);
  following.cancel();
  REQUIRE(node.forget_subscription("mail"));
  auto anew = node.subscribe(named("mail"), seen.writer()).value();
  CHECK(comes_true([&] { return seen.size() == 6; }));
}

TEST_CASE("how far a durable subscription is is stored from time to time while it goes on") {
  places at;
  for (const auto& url : at.urls) {
    auto with = settings(url);
    with.save_interval = std::chrono::milliseconds{0};
    annals::node node{ledger::domain{}, with};
    notebook seen;
    auto following = node.subscribe(named("mail"), seen.writer()).value();
    for (annals::log_position last = 1; last <= 3; ++last) {
      deposit_to(node, "a");
      CHECK(comes_true([&] {
        auto kept = node.open_reader().value()->load_model("annals.subscription.mail").value();
        return kept && kept->checkpoint == last;
      }));
    }
  }
}

TEST_CASE("what was not acknowledged comes again, and is not passed over") {
  places at;
  annals::node node{ledger::domain{}, settings(at.urls.back())};
  deposit_to(node, "a", 5);
  std::mutex mutex;
  std::map<annals::log_position, annals::acknowledgement> kept;
  auto following = node.subscribe(named("mail"),
                                  [&](const recorded_event& event, annals::acknowledgement done) {
                                    std::lock_guard guard{mutex};
                                    kept[event.position] = done;
                                  })
                       .value();
  auto came = [&] {
    std::lock_guard guard{mutex};
    return kept.size();
  };
  REQUIRE(comes_true([&] { return came() == 5; }));
  for (annals::log_position position : {1, 2, 4, 4, 5})
    kept.at(position)();
  REQUIRE(comes_true([&] { return following.status().in_flight == 1; }));
  CHECK(following.status().acknowledged == 2);
  following.cancel();
  notebook seen;
  auto again = node.subscribe(named("mail"), seen.writer()).value();
  REQUIRE(comes_true([&] { return seen.size() == 3; }));
  CHECK(seen.positions() == std::vector<annals::log_position>{3, 4, 5});
  kept.at(3)(); // the subscription that this belonged to has ended
  CHECK(seen.size() == 3);
}

TEST_CASE("what cannot be subscribed to is said") {
  annals::node node{ledger::domain{}, settings("memory:")};
  notebook seen;
  auto code = [&](const subscription_settings& wants) {
    return node.subscribe(wants, seen.writer()).error().code;
  };
  auto wants = named("work");
  auto following = node.subscribe(wants, seen.writer()).value();
  wants.window = 0;
  CHECK(code(wants) == errc::invalid_argument);
  wants.window = 7;
  CHECK(code(wants) == errc::invalid_argument);
  CHECK(code(named("a\nb")) == errc::invalid_id);
  CHECK(node.forget_subscription("").error().code == errc::invalid_argument);
  node.stop();
  CHECK(code(named("work")) == errc::stopping);
  CHECK(node.forget_subscription("work").error().code == errc::stopping);
}

TEST_CASE("a place past the log's end is not taken for one in this log") {
  places at;
  annals::node node{ledger::domain{}, settings(at.urls.back())};
  deposit_to(node, "a");
  REQUIRE(node.internals().writer().save({"annals.subscription.mail", 7, 1, "{}"}));
  notebook seen;
  auto why = node.subscribe(named("mail"), seen.writer()).error();
  CHECK(why.code == errc::store_corrupt);
  CHECK_THAT(why.message, Catch::Contains("position 7"));
  REQUIRE(node.forget_subscription("mail"));
  auto following = node.subscribe(named("mail"), seen.writer()).value();
  CHECK(comes_true([&] { return seen.size() == 1; }));
}

TEST_CASE("a durable subscription that begins now has all from then on, though nothing was "
          "acknowledged") {
  places at;
  for (const auto& url : at.urls) {
    annals::node node{ledger::domain{}, settings(url)};
    deposit_to(node, "a", 3);
    auto from_now = named("mail");
    from_now.from = subscription_start::from_now();
    node.subscribe(from_now, [](const recorded_event&, annals::acknowledgement) {}).value();
    deposit_to(node, "a", 2);
    notebook seen;
    auto again = node.subscribe(from_now, seen.writer()).value();
    REQUIRE(comes_true([&] { return seen.size() == 2; }));
    CHECK(seen.positions() == std::vector<annals::log_position>{4, 5});
  }
}

TEST_CASE("what stands before an event at which a subscription stops is given, all of it") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a", 40);
  auto narrow = named("mail");
  narrow.window = 2;
  narrow.filter.predicate = [](const recorded_event& event) {
    if (event.position == 30)
      throw std::runtime_error{"not this one"};
    return true;
  };
  notebook seen;
  auto following = node.subscribe(narrow, seen.writer()).value();
  REQUIRE(comes_true([&] { return following.status().stopped.has_value(); }));
  CHECK(comes_true([&] { return seen.positions() == all_up_to(29); }));
}

TEST_CASE("who cancels while the node stops waits for the callback as well") {
  annals::node node{ledger::domain{}, settings("memory:")};
  deposit_to(node, "a");
  std::promise<void> goes_on;
  std::atomic<bool> is_inside{false};
  auto following = node.subscribe({},
                                  [&, wait = goes_on.get_future().share()](const recorded_event&) {
                                    is_inside = true;
                                    wait.wait();
                                    is_inside = false;
                                  })
                       .value();
  REQUIRE(comes_true([&] { return is_inside.load(); }));
  auto stopped = std::async(std::launch::async, [&] { node.stop(); });
  // Kept: who lets go of one waits.
  std::vector<annals::subscription> others;
  REQUIRE(comes_true([&] {
    auto other = node.subscribe({}, [](const recorded_event&) {});
    if (other)
      others.push_back(std::move(*other));
    return !other;
  }));
  std::atomic<bool> still_inside{true};
  auto cancelled = std::async(std::launch::async, [&] {
    following.cancel();
    still_inside = is_inside.load();
  });
  CHECK(cancelled.wait_for(std::chrono::milliseconds{200}) == std::future_status::timeout);
  goes_on.set_value();
  cancelled.get();
  stopped.get();
  CHECK_FALSE(still_inside);
}

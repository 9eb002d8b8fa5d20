#include "tests/actors/notebook.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace annals::tests;
using namespace std::chrono_literals;
using annals::errc;
using annals::node;
using ledger::balances;
using ledger::counts;

namespace {

// Stops `counts` before what it counts next.
void stop_counts(node& bank) {
  auto poison = bank.ask<account>("p", ledger::misbehave{"project"}).get().value().position;
  REQUIRE(bank.wait_for<counts>(poison).error().code == errc::projection_stopped);
}

annals::config impatient(const std::string& url) {
  auto made = settings(url);
  made.poison_retries = 0;
  return made;
}

// Keeps the projector of `balances` waiting for as long as it lives.
class held_balances {
public:
  explicit held_balances(node& bank)
      : reader_{[this, &bank] {
          bank.read<balances>([this](const balances&) {
            held_ = true;
            return comes_true([this] { return let_go_.load(); });
          });
        }} {
    REQUIRE(comes_true([this] { return held_.load(); }));
  }
  ~held_balances() { let_go_ = true; }

private:
  std::atomic<bool> held_{false};
  std::atomic<bool> let_go_{false};
  std::jthread reader_;
};

} // namespace

TEST_CASE("a caller waits for the projections that it names, and for no other") {
  places at;
  for (const auto& url : at.urls) {
    node bank{ledger::domain{}, impatient(url)};
    stop_counts(bank);
    auto one = bank.ask_and_see<account, balances>("a", deposit{5});
    REQUIRE(one.answer);
    CHECK_FALSE(one.not_seen);
    CHECK(bank.read<balances>([](auto& model) { return model.by_account.at("a"); }) == 5);
    auto none = bank.ask_and_see<account>("a", deposit{1});
    REQUIRE(none.answer);
    CHECK_FALSE(none.not_seen);
  }
}

TEST_CASE("of several projections each is waited for, and one that has stopped is said to have") {
  node bank{ledger::domain{}, impatient("memory:")};
  auto both = bank.ask_and_see<account, balances, counts>("a", deposit{5});
  REQUIRE(both.answer);
  CHECK_FALSE(both.not_seen);
  CHECK(bank.read<counts>([](auto& model) { return model.deposits; }) == 1);
  {
    held_balances held{bank};
    auto late = bank.ask_and_see<account, counts, balances>("a", deposit{5}, 5ms);
    REQUIRE(late.answer);
    REQUIRE(late.not_seen);
    CHECK(late.not_seen->code == errc::timed_out);
    CHECK_THAT(late.not_seen->message, Catch::Contains("ledger.balances"));
  }
  stop_counts(bank);
  auto stopped = bank.ask_and_see<account, balances, counts>("a", deposit{5});
  REQUIRE(stopped.answer);
  REQUIRE(stopped.not_seen);
  CHECK(stopped.not_seen->code == errc::projection_stopped);
  // The other one has been waited for all the same.
  CHECK(bank.read<balances>([](auto& model) { return model.by_account.at("a"); }) == 15);
}

TEST_CASE("a command without events, or with a repeated id, is not waited for in vain") {
  node bank{ledger::domain{}, impatient("memory:")};
  annals::command_options once;
  once.command_id = annals::make_id();
  REQUIRE(bank.ask_and_see<account, balances>("a", deposit{5}, 10s, once).answer);
  {
    held_balances held{bank};
    // Another thread's events have not been seen yet; those are not what this caller asked about.
    REQUIRE(bank.ask<account>("b", deposit{1}).get());
    auto looked = bank.ask_and_see<account, balances>("a", ledger::look{}, 0ms);
    REQUIRE(looked.answer);
    CHECK(looked.answer->events == 0);
    CHECK_FALSE(looked.not_seen);
    auto repeated = bank.ask_and_see<account, balances>("a", deposit{5}, 0ms, once);
    REQUIRE(repeated.answer);
    CHECK(repeated.answer->repeated);
    CHECK_FALSE(repeated.not_seen);
  }
}

TEST_CASE("what has been seen is not waited for, however little time there is") {
  node bank{ledger::domain{}, settings("memory:")};
  auto first = bank.ask<account>("a", deposit{1}).get().value();
  auto last = bank.ask<account>("a", deposit{1}).get().value();
  REQUIRE(bank.wait_for<balances>(last.position));
  for (auto position : {annals::log_position{0}, first.position, last.position})
    CHECK(bank.wait_for("ledger.balances", position, 0ms));
  CHECK(bank.wait_for("ledger.balances", last.position + 1, 0ms).error().code == errc::timed_out);
}

TEST_CASE("a subscription's callback may ask commands and wait for the models that see them") {
  places at;
  for (const auto& url : at.urls) {
    node bank{ledger::domain{}, settings(url)};
    std::atomic<int> seen{0};
    annals::subscription_filter deposits_to_a{.streams = {"ledger.account-a"}};
    auto following = bank.subscribe({.filter = deposits_to_a},
                                    [&](const annals::recorded_event& event) {
                                      annals::command_options options;
                                      options.command_id = event.id; // the event may come again
                                      auto bonus = bank.ask_and_see<account, balances>(
                                          "bonus", deposit{1}, 10s, options);
                                      if (bonus.answer && !bonus.not_seen)
                                        ++seen;
                                    })
                         .value();
    deposit_to(bank, "a", 3);
    REQUIRE(comes_true([&] { return seen == 3; }));
    CHECK(bank.read<balances>([](auto& model) { return model.by_account.at("bonus"); }) == 3);
  }
}

TEST_CASE("two nodes in one process wait each for the projections of its own store") {
  node here{ledger::domain{}, settings("memory:")};
  node there{ledger::domain{}, settings("memory:")};
  auto receipt = here.ask<account>("a", deposit{1}).get().value();
  CHECK(here.wait_for<balances>(receipt.position));
  CHECK(there.wait_for<balances>(receipt.position, 1ms).error().code == errc::timed_out);
}

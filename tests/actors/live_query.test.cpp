#include "tests/actors/places.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>

using annals::errc;
using annals::tests::comes_true;
using annals::tests::settings;
using ledger::account;
using ledger::balances;
using ledger::deposit;

namespace {

std::int64_t balance_of_a(const balances& model) {
  auto found = model.by_account.find("a");
  return found == model.by_account.end() ? 0 : found->second;
}

class answers {
public:
  void add(std::int64_t one) {
    std::lock_guard guard{mutex_};
    all_.push_back(one);
  }
  std::vector<std::int64_t> all() const {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::int64_t> all_;
};

} // namespace

TEST_CASE("a live query gives the answer first, and then each change of it, and nothing else") {
  annals::node node{ledger::domain{}, settings("memory:")};
  answers seen;
  auto query = node.watch<balances>(balance_of_a, [&](std::int64_t now) { seen.add(now); });
  REQUIRE(comes_true([&] { return seen.all() == std::vector<std::int64_t>{0}; }));
  REQUIRE(node.ask<account>("a", deposit{5}).get());
  REQUIRE(comes_true([&] { return seen.all() == std::vector<std::int64_t>{0, 5}; }));
  REQUIRE(node.ask<account>("b", deposit{7}).get()); // changes the model, not the answer
  REQUIRE(node.ask<account>("a", deposit{1}).get());
  REQUIRE(comes_true([&] { return seen.all() == std::vector<std::int64_t>{0, 5, 6}; }));
  query.cancel();
  auto last = node.ask<account>("a", deposit{1}).get().value();
  REQUIRE(node.wait_for<balances>(last.position));
  CHECK(seen.all().size() == 3);
}

TEST_CASE("a live query whose callback is slow gets the latest answer, and holds up nobody") {
  annals::node node{ledger::domain{}, settings("memory:")};
  std::atomic<bool> may_go_on{false};
  answers seen;
  auto query = node.watch<balances>(balance_of_a, [&](std::int64_t now) {
    seen.add(now);
    REQUIRE(comes_true([&] { return may_go_on.load(); }));
  });
  REQUIRE(comes_true([&] { return seen.all().size() == 1; }));
  annals::log_position last = 0;
  for (int i = 0; i < 100; ++i)
    last = node.ask<account>("a", deposit{1}).get().value().position;
  REQUIRE(node.wait_for<balances>(last));
  CHECK(seen.all().size() == 1);
  may_go_on = true;
  CHECK(comes_true([&] { return seen.all() == std::vector<std::int64_t>{0, 100}; }));
}

TEST_CASE("a live query says why it has ended") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto broken = node.watch<balances>(balance_of_a, [](std::int64_t now) {
    if (now == 1)
      throw std::runtime_error{"the socket is gone"};
  });
  auto fine = node.watch<balances>(balance_of_a, [](std::int64_t) {});
  REQUIRE(node.ask<account>("a", deposit{1}).get());
  REQUIRE(comes_true([&] { return broken.ended().has_value(); }));
  CHECK(broken.ended()->code == errc::domain_threw);
  CHECK_THAT(broken.ended()->message, Catch::Contains("the socket is gone"));
  CHECK_FALSE(fine.ended());
  node.stop();
  REQUIRE(comes_true([&] { return fine.ended().has_value(); }));
  CHECK(fine.ended()->code == errc::stopping);
}

TEST_CASE("a reader may ask for a model that has seen its own command") {
  annals::node node{ledger::domain{}, settings("memory:")};
  auto receipt = node.ask<account>("a", deposit{5}).get().value();
  CHECK(node.read_at<balances>(receipt.position, balance_of_a).value() == 5);
  auto seen = node.ask_and_see<account, balances>("a", deposit{2});
  REQUIRE(seen.answer);
  CHECK_FALSE(seen.not_seen);
  CHECK(node.read<balances>(balance_of_a) == 7);
  auto never = node.read_at<balances>(99, balance_of_a, std::chrono::milliseconds{1});
  CHECK(never.error().code == errc::timed_out);
  auto rejected = node.ask_and_see<account, balances>("a", ledger::withdraw{100});
  CHECK(rejected.answer.error().code == errc::rejected);
  CHECK_FALSE(rejected.not_seen);
}

TEST_CASE("that a model was not seen in time undoes nothing, and the reply says so") {
  auto with = settings("memory:");
  annals::node node{ledger::domain{}, with};
  std::atomic<bool> held{false}, let_go{false};
  std::jthread reader{[&] { // keeps the projector waiting
    node.read<balances>([&](const balances&) {
      held = true;
      return comes_true([&] { return let_go.load(); });
    });
  }};
  REQUIRE(comes_true([&] { return held.load(); }));
  auto seen = node.ask_and_see<account, balances>("a", deposit{5}, std::chrono::milliseconds{5});
  let_go = true;
  REQUIRE(seen.answer);
  REQUIRE(seen.not_seen);
  CHECK(seen.not_seen->code == errc::timed_out);
  CHECK_THAT(seen.not_seen->message, Catch::Contains("what was stored stays"));
  REQUIRE(node.wait_for<balances>(seen.answer->position));
}

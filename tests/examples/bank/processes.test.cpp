#include "examples/bank/domain.hpp"

#include "tests/actors/process_helpers.hpp"

#include <annals/testing_node.hpp>

#include <catch2/catch.hpp>

using namespace bank;
using namespace annals::testing;
using annals::tests::all_quiet;
using annals::tests::ask;
using annals::tests::comes_true;

namespace {

// Of a password that nobody needs.
constexpr const char* hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                             "RdescudvJCsgt3ub+b+dWRWJTmaaJObGMDaUIT3JqWE";

const account_opened ada_opened{"Ada", "ada@example.org", hash};
const annals::failure no_account{annals::errc::rejected, "the account is not open"};

void open(annals::node& node, const std::string& id, std::int64_t cents) {
  ask<account>(node, id, open_account{"Ada", "ada@example.org", hash});
  if (cents != 0)
    ask<account>(node, id, credit{cents});
}

std::int64_t balance(annals::node& node, std::string_view id) {
  return node.load<account>(id).value().balance;
}

} // namespace

// [kit]
TEST_CASE("a transfer debits one account and credits the other") {
  given_process<money_transfer>()
      .when(from("ada", transfer_requested{"bob", 30}))
      .then_commands(to<account>("ada", debit{30}))
      .when(from("ada", account_debited{30}))
      .then_commands(to<account>("bob", credit{30}))
      .when(from("bob", account_credited{30}))
      .then_commands()
      .then_completed();
}

TEST_CASE("what an account does not take is given back") {
  given_process<money_transfer>(from("ada", transfer_requested{"bob", 30}),
                                from("ada", account_debited{30}))
      .when(annals::refused<credit>{"bob", {30}, no_account})
      .then_commands(to<account>("ada", refund{30}))
      .when(from("ada", account_refunded{30}))
      .then_completed();
}
// [kit]

TEST_CASE("a transfer for which there is no money ends with the reason") {
  given_process<money_transfer>(from("ada", transfer_requested{"bob", 30}))
      .when(annals::refused<debit>{"ada", {30}, {annals::errc::rejected, "insufficient funds"}})
      .then_commands()
      .then_completed()
      .then_state({"ada", "bob", 30, transfer_stage::refused, "insufficient funds"});
}

TEST_CASE("an account that was closed takes a refund and nothing else") {
  const auto closed = given<account>(ada_opened, account_closed{});
  closed.when(credit{1}).then_rejected("the account is not open");
  closed.when(request_transfer{"bob", 1}).then_rejected("the account is not open");
  closed.when(refund{30}).then(account_refunded{30});
  closed.when(open_account{"Ada", "ada@example.org", hash})
      .then_rejected("the account has been closed");
  given<account>(ada_opened, account_credited{1})
      .when(close_account{})
      .then_rejected("an account with money in it is not closed");
}

TEST_CASE("a dormancy fee is charged for the version that was looked at, and up to what is there") {
  const auto three = given<account>(ada_opened, account_credited{300});
  three.when(charge_dormancy_fee{500, 2}).then(dormancy_fee_charged{300});
  three.when(charge_dormancy_fee{100, 2}).then(dormancy_fee_charged{100});
  three.when(charge_dormancy_fee{100, 1}).then_no_events();
}

TEST_CASE("transfers between accounts of the bank, one of them to an account that was closed") {
  test_node node{bank::domain{}};
  open(node, "ada", 10'000);
  open(node, "bob", 0);
  open(node, "eve", 0);
  ask<account>(node, "eve", close_account{});
  ask<account>(node, "ada", request_transfer{"bob", 2500});
  ask<account>(node, "ada", request_transfer{"eve", 1000});
  REQUIRE(all_quiet(node));
  CHECK(balance(node, "ada") == 7500);
  CHECK(balance(node, "bob") == 2500);
  CHECK(balance(node, "eve") == 0);
}

TEST_CASE(
    "an account to which nothing has happened for a year pays a fee, and again a year later") {
  test_node node{bank::domain{}};
  open(node, "ada", 10'000);
  open(node, "bob", 10'000);
  REQUIRE(all_quiet(node));
  node.clock().advance(dormant_after / 2);
  ask<account>(node, "bob", credit{100});
  REQUIRE(all_quiet(node));
  node.clock().advance(dormant_after / 2);
  REQUIRE(comes_true([&] { return balance(node, "ada") == 9500; }));
  REQUIRE(all_quiet(node));
  CHECK(balance(node, "bob") == 10'100);
  node.clock().advance(dormant_after / 2);
  REQUIRE(comes_true([&] { return balance(node, "bob") == 9600; }));
  REQUIRE(all_quiet(node));
  node.clock().advance(dormant_after / 2);
  REQUIRE(comes_true([&] { return balance(node, "ada") == 9000; }));
}

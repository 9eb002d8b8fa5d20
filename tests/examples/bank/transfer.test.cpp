#include "examples/bank/domain.hpp"

#include <annals/testing.hpp>

#include <catch2/catch.hpp>

using namespace bank;
using annals::no_events;
using annals::testing::given_joint;

namespace {

account_opened opened() { return {"Ada Lovelace", "ada@example.org", "a hash"}; }

} // namespace

TEST_CASE("a transfer debits one account and credits the other") {
  given_joint<transfer>({opened(), account_credited{100}}, opened())
      .when(transfer{"ada", "ben", 30})
      .then(account_debited{30}, account_credited{30});
}

TEST_CASE("a transfer is rejected by the rules of either account, and none of them is changed") {
  given_joint<transfer>({opened(), account_credited{100}}, opened())
      .when(transfer{"ada", "ben", 101})
      .then_rejected("insufficient funds")
      .when(transfer{"ada", "ben", 0})
      .then_rejected("a debit must be more than 0 cents")
      .when(transfer{"ada", "ben", 100})
      .then(account_debited{100}, account_credited{100});
  given_joint<transfer>(no_events, opened())
      .when(transfer{"ada", "ben", 1})
      .then_rejected("the account is not open");
  given_joint<transfer>({opened(), account_credited{100}}, no_events)
      .when(transfer{"ada", "ben", 1})
      .then_rejected("the other account: the account is not open");
}

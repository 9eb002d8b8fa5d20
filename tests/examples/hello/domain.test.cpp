// The domain of hello stands in one file with its program, whose main is not this program's.
#define main hello_main
#include "examples/hello/hello.cpp"
#undef main

#include <catch2/catch.hpp>

// [test]
#include <annals/testing.hpp>

using namespace annals::testing;

TEST_CASE("an account never owes") {
  given<account>(money_deposited{100}).when(withdraw{30}).then(money_withdrawn{30});
  given<account>(money_deposited{100}).when(withdraw{101}).then_rejected("insufficient funds");
}

TEST_CASE("balances has what each account has") {
  given_projection<balances>(from("acc-1", money_deposited{100}, money_withdrawn{30}))
      .then(balances{{{"acc-1", 70}}});
}
// [test]

// A first page of Annals: an account that never owes, and what each account has.
// Run it as `hello`, then ask it more: `hello --help`.
#include <annals/annals.hpp>
#include <annals/tools/command_line.hpp>

#include <iostream>

// [domain]
struct deposit {
  std::uint32_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents))
struct withdraw {
  std::uint32_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(withdraw, (), (cents))
struct money_deposited {
  static constexpr annals::event_name name{"hello.money_deposited"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(money_deposited, (), (cents))
struct money_withdrawn {
  static constexpr annals::event_name name{"hello.money_withdrawn"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(money_withdrawn, (), (cents))

struct account {
  static constexpr annals::aggregate_name name{"hello.account"};
  using commands = annals::commands<deposit, withdraw>;
  using events = annals::events<money_deposited, money_withdrawn>;
  std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(account, (), (balance))

constexpr money_deposited decide(const account&, const deposit& cmd) { return {cmd.cents}; }
constexpr annals::decision<money_withdrawn> decide(const account& self, const withdraw& cmd) {
  if (cmd.cents > self.balance)
    return annals::reject("insufficient funds");
  return money_withdrawn{cmd.cents};
}
constexpr account evolve(account a, const money_deposited& e) { return {a.balance + e.cents}; }
constexpr account evolve(account a, const money_withdrawn& e) { return {a.balance - e.cents}; }

struct balances {
  static constexpr annals::projection_name name{"hello.balances"};
  std::map<std::string, std::int64_t> of;
};
BOOST_DESCRIBE_STRUCT(balances, (), (of))
void project(balances& b, const annals::recorded<money_deposited>& e) { b.of[e.id] += e->cents; }
void project(balances& b, const annals::recorded<money_withdrawn>& e) { b.of[e.id] -= e->cents; }
// [domain]

// A business rule, checked when the program is compiled.
static_assert(decide(account{20}, withdraw{21}).rejected());

// [wiring]
int main(int argc, char** argv) {
  return annals::run(annals::domain<account, balances>{}, argc, argv, [](annals::node& node) {
    auto receipt = node.ask<account>("acc-1", deposit{100}).get().value();
    node.wait_for<balances>(receipt.position).value();
    return !(std::cout << node.read<balances>([](auto& b) { return b.of.at("acc-1"); }) << '\n');
  });
}
// [wiring]

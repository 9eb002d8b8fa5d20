#include "examples/bank/accounts.hpp"
#include "examples/bank/users.hpp"

#include <annals/testing.hpp>

#include <catch2/catch.hpp>

using namespace bank;
using annals::testing::from;
using annals::testing::given_projection;

namespace {

const account_opened ada{"Ada", "ada@example.org", "hash"};
const account_opened bob{"Bob", "bob@example.org", "hash"};
const email_changed renamed{"lovelace@example.org"};

annals::timestamp second(int count) { return annals::timestamp{std::chrono::seconds{count}}; }

} // namespace

TEST_CASE("Accounts has a line for each account") {
  given_projection<accounts>(from("a", ada), from("b", bob),
                             from("a", account_credited{150}, account_debited{30}, renamed),
                             from("b", password_changed{"other"}))
      .then(accounts{{{"a", {"Ada", "lovelace@example.org", 120, 4}},
                      {"b", {"Bob", "bob@example.org", 0, 2}}}});
}

TEST_CASE("Users knows the accounts of an e-mail, and forgets one that nobody has any more") {
  given_projection<users>(from("a", ada).at(second(1)), from("b", ada).at(second(1)),
                          from("b", password_changed{"other"}).at(second(2)), from("a", renamed))
      .then(users{{{"ada@example.org", {{"b", {"Ada", second(2)}}}},
                   {"lovelace@example.org", {{"a", {"Ada", second(1)}}}}},
                  {{"a", "lovelace@example.org"}, {"b", "ada@example.org"}}})
      .given(from("b", renamed))
      .then([](const users& model) { return !model.by_email.contains("ada@example.org"); });
}

#include "examples/bank/accounts.hpp"
#include "examples/bank/users.hpp"

#include <catch2/catch.hpp>

using namespace bank;

namespace {

// What happened to account `id`, as a projection is told of it.
template <class Event>
annals::recorded<Event> told(std::string id, annals::stream_version version, Event event) {
  annals::event_info info;
  info.id = std::move(id);
  info.version = version;
  info.time = annals::timestamp{std::chrono::seconds{version}};
  return {std::move(info), std::move(event)};
}

} // namespace

TEST_CASE("Accounts has a line for each account") {
  accounts model;
  project(model, told("a", 1, account_opened{"Ada", "ada@example.org", "hash"}));
  project(model, told("b", 1, account_opened{"Bob", "bob@example.org", "hash"}));
  project(model, told("a", 2, account_credited{150}));
  project(model, told("a", 3, account_debited{30}));
  project(model, told("a", 4, email_changed{"lovelace@example.org"}));
  project(model, told("b", 2, password_changed{"other"}));
  REQUIRE(model.by_id.size() == 2);
  CHECK(model.by_id["a"].holder == "Ada");
  CHECK(model.by_id["a"].email == "lovelace@example.org");
  CHECK(model.by_id["a"].balance == 120);
  CHECK(model.by_id["a"].version == 4);
  CHECK(model.by_id["b"].balance == 0);
  CHECK(model.by_id["b"].version == 2);
}

TEST_CASE("Users knows the accounts of an e-mail") {
  users model;
  project(model, told("a", 1, account_opened{"Ada", "ada@example.org", "hash"}));
  project(model, told("b", 1, account_opened{"Ada", "ada@example.org", "hash"}));
  project(model, told("b", 2, password_changed{"other"}));
  project(model, told("a", 2, email_changed{"lovelace@example.org"}));
  REQUIRE(model.by_email.size() == 2);
  CHECK(model.by_email.at("ada@example.org").size() == 1);
  CHECK(model.by_email.at("lovelace@example.org").at("a").holder == "Ada");
  CHECK(model.email_of_account.at("a") == "lovelace@example.org");
  CHECK(model.by_email.at("ada@example.org").at("b").password_since.time_since_epoch()
        == std::chrono::seconds{2});
}

TEST_CASE("Users forgets an e-mail that nobody has any more") {
  users model;
  project(model, told("a", 1, account_opened{"Ada", "ada@example.org", "hash"}));
  project(model, told("a", 2, email_changed{"lovelace@example.org"}));
  CHECK_FALSE(model.by_email.contains("ada@example.org"));
}

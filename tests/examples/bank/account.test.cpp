#include "examples/bank/account.hpp"
#include "examples/bank/password.hpp"

#include <annals/testing.hpp>

#include <catch2/catch.hpp>

#include <limits>

using namespace bank;
using annals::testing::given;

namespace {

// Hashes of "first password" and "second password"; made once, as hashing is slow on purpose.
const std::string& first_hash() {
  static const auto hash = hash_password("first password").value();
  return hash;
}

const std::string& second_hash() {
  static const auto hash = hash_password("second password").value();
  return hash;
}

open_account opening() { return {"Ada Lovelace", "ada@example.org", first_hash()}; }

account_opened opened() { return {"Ada Lovelace", "ada@example.org", first_hash()}; }

constexpr auto most = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST_CASE("an account is opened with a holder, an e-mail and a password hash") {
  given<account>().when(opening()).then(opened()).then_state(
      account{"Ada Lovelace", "ada@example.org", first_hash(), 0, false, 1});
}

TEST_CASE("an account is not opened twice") {
  given<account>(opened()).when(opening()).then_rejected("the account is open already");
}

TEST_CASE("nothing happens to an account before it is opened") {
  const auto expected = "the account is not open";
  given<account>()
      .when(change_email{"ada@example.org"})
      .then_rejected(expected)
      .when(change_password{"", second_hash()})
      .then_rejected(expected)
      .when(credit{1})
      .then_rejected(expected)
      .when(debit{1})
      .then_rejected(expected);
}

TEST_CASE("a holder has a name") {
  for (auto name : {"", " ", "\t\n"}) {
    auto cmd = opening();
    cmd.holder = name;
    given<account>().when(cmd).then_rejected("the holder has no name");
  }
}

TEST_CASE("an e-mail that is empty or ill-formed is refused") {
  const auto expected = "the e-mail is not of the form name@domain";
  const std::string long_name(250, 'a');
  for (const auto& email :
       {std::string{}, std::string{"ada"}, std::string{"@example.org"}, std::string{"ada@"},
        std::string{"ada@localhost"}, std::string{"a da@example.org"},
        std::string{"a@b@example.org"}, std::string{"ada@.org"}, std::string{"ada@example."},
        std::string{"ada@example..org"}, std::string{"ada\n@example.org"},
        std::string{"ada\0@example.org", 16}, long_name + "@example.org"}) {
    auto cmd = opening();
    cmd.email = email;
    given<account>().when(cmd).then_rejected(expected);
    given<account>(opened()).when(change_email{email}).then_rejected(expected);
  }
}

TEST_CASE("an e-mail may have letters beyond ASCII") {
  given<account>(opened())
      .when(change_email{"zoë@exämple.org"})
      .then(email_changed{"zoë@exämple.org"})
      .then_state([](const account& self) { return self.email == "zoë@exämple.org"; });
}

TEST_CASE("an e-mail that is the present one changes nothing") {
  given<account>(opened()).when(change_email{"ada@example.org"}).then_no_events();
}

TEST_CASE("a password that is not an argon2id hash is refused") {
  const auto expected = "the password must come as argon2id hash";
  for (const auto& text : {std::string{}, std::string{"first password"}, std::string{"$argon2id$"},
                           "$argon2i" + first_hash().substr(9), first_hash().substr(0, 60),
                           first_hash() + std::string(1, '\0'), std::string(10'000, 'x')}) {
    auto cmd = opening();
    cmd.password_hash = text;
    given<account>().when(cmd).then_rejected(expected);
    given<account>(opened()).when(change_password{first_hash(), text}).then_rejected(expected);
  }
}

TEST_CASE("a password changes only on the proof of the present one") {
  const auto open = given<account>(opened());
  open.when(change_password{first_hash(), second_hash()})
      .then(password_changed{second_hash()})
      .then_state([](const account& self) { return self.password_hash == second_hash(); });
  open.when(change_password{second_hash(), second_hash()})
      .then_rejected("the old password was not proven")
      .when(change_password{"", second_hash()})
      .then_rejected("the old password was not proven")
      .when(change_password{first_hash(), first_hash()})
      .then_rejected("the new password is the old one");
}

TEST_CASE("the command for a new password is made from the clear old one") {
  const account open{"Ada Lovelace", "ada@example.org", first_hash(), 0};
  auto made = prove_and_hash(open, "first password", "another password");
  REQUIRE(made.has_value());
  CHECK(made->proven_hash == first_hash());
  CHECK(password_matches(made->password_hash, "another password"));
  CHECK_FALSE(password_matches(made->password_hash, "first password"));

  auto wrong = prove_and_hash(open, "wrong password", "another password");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().code == annals::errc::rejected);
  CHECK_FALSE(prove_and_hash(open, "first password", "first password").has_value());
  CHECK(prove_and_hash(open, "first password", "short").error().code
        == annals::errc::invalid_argument);
}

TEST_CASE("the same password has another hash each time") {
  CHECK(first_hash() != hash_password("first password").value());
}

TEST_CASE("a credit adds whole cents, more than 0 of them") {
  given<account>(opened(), account_credited{5})
      .when(credit{50})
      .then(account_credited{50})
      .then_state([](const account& self) { return self.balance == 55; })
      .when(credit{0})
      .then_rejected("a credit must be more than 0 cents");
}

TEST_CASE("a credit is never negative") {
  for (auto cents : {std::int64_t{-1}, -most - 1})
    given<account>(opened())
        .when(credit{cents})
        .then_rejected("a credit must be more than 0 cents");
}

TEST_CASE("a balance never overflows") {
  given<account>(opened()).when(credit{most}).then(account_credited{most});
  given<account>(opened(), account_credited{5})
      .when(credit{most - 4})
      .then_rejected("the balance would be more than an account can hold")
      .when(credit{most - 5})
      .then(account_credited{most - 5})
      .then_state([](const account& self) { return self.balance == most; })
      .when(credit{1})
      .then_rejected("the balance would be more than an account can hold");
}

TEST_CASE("a debit takes whole cents, more than 0 of them, and no more than there are") {
  const auto with_200 = given<account>(opened(), account_credited{200});
  with_200.when(debit{200}).then(account_debited{200}).then_state([](const account& self) {
    return self.balance == 0;
  });
  with_200.when(debit{201}).then_rejected("insufficient funds");
  with_200.when(debit{most}).then_rejected("insufficient funds");
  with_200.when(debit{0}).then_rejected("a debit must be more than 0 cents");
  with_200.when(debit{-1}).then_rejected("a debit must be more than 0 cents");
}

#include "examples/bank/account.hpp"
#include "examples/bank/password.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace bank;

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

account opened(std::int64_t balance = 0) {
  return {"Ada Lovelace", "ada@example.org", first_hash(), balance};
}

template <class Command>
std::string reason(const account& self, const Command& cmd) {
  return std::string{decide(self, cmd).reason()};
}

/// The state after the one event that the command must lead to.
template <class Command>
account after(const account& self, const Command& cmd) {
  auto decision = decide(self, cmd);
  REQUIRE(decision.reason() == "");
  REQUIRE(decision.events().size() == 1);
  return std::visit([&](const auto& event) { return evolve(self, event); }, decision.events()[0]);
}

constexpr auto most = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST_CASE("an account is opened with a holder, an e-mail and a password hash") {
  auto self = after(account{}, opening());
  CHECK(self.holder == "Ada Lovelace");
  CHECK(self.email == "ada@example.org");
  CHECK(self.password_hash == first_hash());
  CHECK(self.balance == 0);
}

TEST_CASE("an account is not opened twice") {
  CHECK(reason(opened(), opening()) == "the account is open already");
}

TEST_CASE("nothing happens to an account before it is opened") {
  const auto expected = "the account is not open";
  CHECK(reason(account{}, change_email{"ada@example.org"}) == expected);
  CHECK(reason(account{}, change_password{"", second_hash()}) == expected);
  CHECK(reason(account{}, credit{1}) == expected);
  CHECK(reason(account{}, debit{1}) == expected);
}

TEST_CASE("a holder has a name") {
  for (auto name : {"", " ", "\t\n"}) {
    auto cmd = opening();
    cmd.holder = name;
    CHECK(reason(account{}, cmd) == "the holder has no name");
  }
}

TEST_CASE("an e-mail that is empty or ill-formed is refused") {
  const std::string long_name(250, 'a');
  for (const auto& email :
       {std::string{}, std::string{"ada"}, std::string{"@example.org"}, std::string{"ada@"},
        std::string{"ada@localhost"}, std::string{"a da@example.org"},
        std::string{"a@b@example.org"}, std::string{"ada@.org"}, std::string{"ada@example."},
        std::string{"ada@example..org"}, std::string{"ada\n@example.org"},
        std::string{"ada\0@example.org", 16}, long_name + "@example.org"}) {
    INFO(email);
    auto cmd = opening();
    cmd.email = email;
    CHECK(reason(account{}, cmd) == "the e-mail is not of the form name@domain");
    CHECK(reason(opened(), change_email{email}) == "the e-mail is not of the form name@domain");
  }
}

TEST_CASE("an e-mail may have letters beyond ASCII") {
  CHECK(after(opened(), change_email{"zoë@exämple.org"}).email == "zoë@exämple.org");
}

TEST_CASE("an e-mail that is the present one changes nothing") {
  auto decision = decide(opened(), change_email{"ada@example.org"});
  CHECK_FALSE(decision.rejected());
  CHECK(decision.events().empty());
}

TEST_CASE("a password that is not an argon2id hash is refused") {
  for (const auto& text : {std::string{}, std::string{"first password"}, std::string{"$argon2id$"},
                           "$argon2i" + first_hash().substr(9), first_hash().substr(0, 60),
                           first_hash() + std::string(1, '\0'), std::string(10'000, 'x')}) {
    auto cmd = opening();
    cmd.password_hash = text;
    CHECK(reason(account{}, cmd) == "the password must come as argon2id hash");
    CHECK(reason(opened(), change_password{first_hash(), text})
          == "the password must come as argon2id hash");
  }
}

TEST_CASE("a password changes only on the proof of the present one") {
  CHECK(after(opened(), change_password{first_hash(), second_hash()}).password_hash
        == second_hash());
  CHECK(reason(opened(), change_password{second_hash(), second_hash()})
        == "the old password was not proven");
  CHECK(reason(opened(), change_password{"", second_hash()}) == "the old password was not proven");
  CHECK(reason(opened(), change_password{first_hash(), first_hash()})
        == "the new password is the old one");
}

TEST_CASE("the command for a new password is made from the clear old one") {
  auto made = prove_and_hash(opened(), "first password", "another password");
  REQUIRE(made.has_value());
  CHECK(made->proven_hash == first_hash());
  CHECK(password_matches(made->password_hash, "another password"));
  CHECK_FALSE(password_matches(made->password_hash, "first password"));

  auto wrong = prove_and_hash(opened(), "wrong password", "another password");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().code == annals::errc::rejected);
  CHECK_FALSE(prove_and_hash(opened(), "first password", "first password").has_value());
  CHECK(prove_and_hash(opened(), "first password", "short").error().code
        == annals::errc::invalid_argument);
}

TEST_CASE("the same password has another hash each time") {
  CHECK(first_hash() != hash_password("first password").value());
}

TEST_CASE("a credit adds whole cents, more than 0 of them") {
  CHECK(after(opened(5), credit{50}).balance == 55);
  CHECK(reason(opened(5), credit{0}) == "a credit must be more than 0 cents");
  CHECK(reason(opened(5), credit{-1}) == "a credit must be more than 0 cents");
  CHECK(reason(opened(5), credit{-most - 1}) == "a credit must be more than 0 cents");
}

TEST_CASE("a balance never overflows") {
  CHECK(after(opened(0), credit{most}).balance == most);
  CHECK(after(opened(5), credit{most - 5}).balance == most);
  CHECK(reason(opened(5), credit{most - 4})
        == "the balance would be more than an account can hold");
  CHECK(reason(opened(most), credit{1}) == "the balance would be more than an account can hold");
}

TEST_CASE("a debit takes whole cents, more than 0 of them, and no more than there are") {
  CHECK(after(opened(200), debit{200}).balance == 0);
  CHECK(reason(opened(200), debit{201}) == "insufficient funds");
  CHECK(reason(opened(200), debit{most}) == "insufficient funds");
  CHECK(reason(opened(200), debit{0}) == "a debit must be more than 0 cents");
  CHECK(reason(opened(200), debit{-1}) == "a debit must be more than 0 cents");
}

#include "account.hpp"

#include "email.hpp"
#include "password.hpp"

#include <limits>

namespace bank {

namespace {

bool is_open(const account& self) { return !self.holder.empty() && !self.closed; }

bool can_hold(const account& self, std::int64_t more) {
  return more <= std::numeric_limits<std::int64_t>::max() - self.balance;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

annals::rejection not_open() { return annals::reject("the account is not open"); }
annals::rejection bad_email() {
  return annals::reject("the e-mail is not of the form name@domain");
}
annals::rejection bad_hash() { return annals::reject("the password must come as argon2id hash"); }

} // namespace

annals::decision<account_opened> decide(const account& self, const open_account& cmd) {
  if (self.closed)
    return annals::reject("the account has been closed");
  if (is_open(self))
    return annals::reject("the account is open already");
  if (is_blank(cmd.holder))
    return annals::reject("the holder has no name");
  if (!is_email(cmd.email))
    return bad_email();
  if (!is_password_hash(cmd.password_hash))
    return bad_hash();
  return account_opened{cmd.holder, cmd.email, cmd.password_hash};
}

annals::decision<email_changed> decide(const account& self, const change_email& cmd) {
  if (!is_open(self))
    return not_open();
  if (!is_email(cmd.email))
    return bad_email();
  if (cmd.email == self.email)
    return annals::no_events;
  return email_changed{cmd.email};
}

annals::decision<password_changed> decide(const account& self, const change_password& cmd) {
  if (!is_open(self))
    return not_open();
  if (cmd.proven_hash != self.password_hash)
    return annals::reject("the old password was not proven");
  if (!is_password_hash(cmd.password_hash))
    return bad_hash();
  if (cmd.password_hash == self.password_hash)
    return annals::reject("the new password is the old one");
  return password_changed{cmd.password_hash};
}

annals::decision<account_credited> decide(const account& self, const credit& cmd) {
  if (!is_open(self))
    return not_open();
  if (cmd.cents <= 0)
    return annals::reject("a credit must be more than 0 cents");
  if (!can_hold(self, cmd.cents))
    return annals::reject("the balance would be more than an account can hold");
  return account_credited{cmd.cents};
}

annals::decision<account_debited> decide(const account& self, const debit& cmd) {
  if (!is_open(self))
    return not_open();
  if (cmd.cents <= 0)
    return annals::reject("a debit must be more than 0 cents");
  if (cmd.cents > self.balance)
    return annals::reject("insufficient funds");
  return account_debited{cmd.cents};
}

annals::decision<account_closed> decide(const account& self, const close_account&) {
  if (!is_open(self))
    return not_open();
  if (self.balance != 0)
    return annals::reject("an account with money in it is not closed");
  return account_closed{};
}

account evolve(account self, const account_opened& event) {
  return {event.holder, event.email, event.password_hash, 0, false, self.version + 1};
}

account evolve(account self, const email_changed& event) {
  self.email = event.email;
  ++self.version;
  return self;
}

account evolve(account self, const password_changed& event) {
  self.password_hash = event.password_hash;
  ++self.version;
  return self;
}

account evolve(account self, const account_credited& event) {
  self.balance += event.cents;
  ++self.version;
  return self;
}

account evolve(account self, const account_debited& event) {
  self.balance -= event.cents;
  ++self.version;
  return self;
}

account evolve(account self, const account_closed&) {
  self.closed = true;
  ++self.version;
  return self;
}

} // namespace bank

#include "scenario.hpp"

#include "domain.hpp"
#include "narrator.hpp"
#include "password.hpp"

#include <iostream>
#include <utility>

namespace bank {

namespace {

constexpr std::string_view first_password = "correct horse battery staple";
constexpr std::string_view second_password = "Tr0ub4dor and three more";

class scenario {
public:
  explicit scenario(annals::node& node) : node_{node} {}

  int run() {
    open();
    change_the_password();
    auto paid_in = change_email_and_credit_twice();
    change_email_credit_and_debit();
    compare_with_read_models();
    overdraw();
    look_up(paid_in);
    search_for_clear_passwords();
    tell_.end();
    return tell_.all_claims_hold() ? 0 : 1;
  }

private:
  // All commands of a step are one request of the customer: they share a correlation id.
  annals::uuid begin(std::string_view title) {
    correlation_ = annals::make_id();
    tell_.step(title, correlation_);
    return correlation_;
  }

  template <class Command>
  annals::reply send(std::string_view what, Command body) {
    annals::command_options options;
    options.correlation_id = correlation_;
    auto reply = node_.ask<account>(id_, std::move(body), std::move(options)).get();
    if (!reply && reply.error().code != annals::errc::rejected)
      throw annals::error{reply.error()};
    tell_.command(what, reply);
    return reply;
  }

  template <class Command>
  void send_accepted(std::string_view what, Command body) {
    auto reply = send(what, std::move(body));
    if (reply)
      position_ = reply->position;
    else
      tell_.claim("the command is accepted", false);
  }

  account load() { return node_.load<account>(id_).value(); }

  void open() {
    begin("Ada Lovelace opens account " + id_);
    auto hash = hash_password(first_password).value();
    send_accepted("open account", open_account{"Ada Lovelace", "ada@example.org", hash});
  }

  void change_the_password() {
    begin("She changes the password");
    auto guessed = prove_and_hash(load(), "a wrong guess", second_password);
    tell_.claim("a wrong old password does not even become a command", !guessed.has_value());
    send_accepted("change password",
                  prove_and_hash(load(), first_password, second_password).value());
    auto hash = load().password_hash;
    tell_.claim("the new password is the right one now", password_matches(hash, second_password));
    tell_.claim("the old one is not any more", !password_matches(hash, first_password));
  }

  annals::uuid change_email_and_credit_twice() {
    auto request = begin("She changes the e-mail, and 50.00 come in twice");
    send_accepted("change e-mail", change_email{"lovelace@example.org"});
    send_accepted("credit 50.00", credit{5000});
    send_accepted("credit 50.00", credit{5000});
    return request;
  }

  void change_email_credit_and_debit() {
    begin("She changes the e-mail again, 150.00 come in, 200.00 go out");
    send_accepted("change e-mail", change_email{"countess@example.org"});
    send_accepted("credit 150.00", credit{15'000});
    send_accepted("debit 200.00", debit{20'000});
  }

  void compare_with_read_models();
  void overdraw();
  void look_up(const annals::uuid& request);
  void search_for_clear_passwords();

  annals::node& node_;
  narrator tell_{std::cout};
  // Of a UUID of version 7 the end is random, so each run gets an account of its own.
  std::string id_ = "ada-" + annals::to_string(annals::make_id()).substr(24);
  annals::uuid correlation_{};
  annals::log_position position_ = 0;
};

void scenario::compare_with_read_models() {
  tell_.step("The account, loaded from its history, beside the read models");
  auto loaded = load();
  node_.wait_for<accounts>(position_).value();
  node_.wait_for<users>(position_).value();
  auto line = node_.read<accounts>([&](const accounts& all) { return all.by_id.at(id_); });
  auto email = node_.read<users>([&](const users& all) { return all.email_of_account.at(id_); });
  auto user = node_.read<users>([&](const users& all) { return all.by_email.at(email).at(id_); });
  std::cout << "   history:  " << loaded.holder << ", " << loaded.email << ", "
            << money(loaded.balance) << "\n   Accounts: " << line.holder << ", " << line.email
            << ", " << money(line.balance) << "\n   Users:    " << user.holder << ", " << email
            << ", password since " << annals::to_rfc3339(user.password_since) << "\n";
  tell_.claim("the balance is 50.00", loaded.balance == 5000);
  tell_.claim("the history agrees with Accounts", loaded.holder == line.holder
                                                      && loaded.email == line.email
                                                      && loaded.balance == line.balance);
  tell_.claim("the history agrees with Users",
              loaded.holder == user.holder && loaded.email == email);
}

void scenario::overdraw() {
  auto request = begin("She tries to take out a cent more than there is");
  auto reader = node_.open_reader().value();
  const auto stream = annals::stream_name(account::name.text(), id_);
  auto before = reader->version_of(stream).value();
  auto balance = load().balance;
  auto reply = send("debit " + money(balance + 1), debit{balance + 1});
  tell_.claim("the debit is rejected", !reply.has_value());
  tell_.claim("the account is at the version it had", reader->version_of(stream).value() == before);
  tell_.claim("no event has the rejected command's correlation id",
              reader->find_by_correlation(request, 0, 1).value().empty());
  tell_.claim("the balance is as before", load().balance == balance);
}

void scenario::look_up(const annals::uuid& request) {
  tell_.step("All events of the correlation id " + annals::to_string(request));
  auto found = node_.open_reader().value()->find_by_correlation(request, 0, 100).value();
  // Process managers have something to say to the same request, beside the account.
  std::erase_if(found, [](const auto& event) { return event.type == "annals.reacted"; });
  for (const auto& event : found)
    tell_.event(event);
  tell_.claim("they are those of step 3: a new e-mail and two credits",
              found.size() == 3 && found[0].type == email_changed::name.text()
                  && found[1].type == account_credited::name.text()
                  && found[2].type == account_credited::name.text());
}

void scenario::search_for_clear_passwords() {
  tell_.step("The whole history of the account, searched for the clear passwords");
  const auto stream = annals::stream_name(account::name.text(), id_);
  auto events = node_.open_reader().value()->read_stream(stream).value();
  bool found = false;
  for (const auto& event : events) {
    found |= event.payload.find(first_password) != std::string::npos;
    found |= event.payload.find(second_password) != std::string::npos;
  }
  tell_.claim("none of its " + std::to_string(events.size()) + " events holds one", !found);
}

} // namespace

int run_scenario(annals::node& node) { return scenario{node}.run(); }

} // namespace bank

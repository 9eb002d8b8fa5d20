#include "users.hpp"

#include <utility>

namespace bank {

void project(users& model, const annals::recorded<account_opened>& event) {
  model.by_email[event->email][event.id] = {event->holder, event.time};
  model.email_of_account[event.id] = event->email;
}

void project(users& model, const annals::recorded<email_changed>& event) {
  auto& email = model.email_of_account.at(event.id);
  auto& accounts = model.by_email.at(email);
  auto moved = accounts.extract(event.id);
  if (accounts.empty())
    model.by_email.erase(email);
  model.by_email[event->email].insert(std::move(moved));
  email = event->email;
}

void project(users& model, const annals::recorded<password_changed>& event) {
  const auto& email = model.email_of_account.at(event.id);
  model.by_email.at(email).at(event.id).password_since = event.time;
}

} // namespace bank

#include "accounts.hpp"

namespace bank {

namespace {

account_line& line_of(accounts& model, const annals::event_info& event) {
  auto& line = model.by_id[event.id];
  line.version = event.version;
  return line;
}

} // namespace

void project(accounts& model, const annals::recorded<account_opened>& event) {
  auto& line = line_of(model, event);
  line.holder = event->holder;
  line.email = event->email;
}

void project(accounts& model, const annals::recorded<email_changed>& event) {
  line_of(model, event).email = event->email;
}

void project(accounts& model, const annals::recorded<password_changed>& event) {
  line_of(model, event); // only the version
}

void project(accounts& model, const annals::recorded<account_credited>& event) {
  line_of(model, event).balance += event->cents;
}

void project(accounts& model, const annals::recorded<account_debited>& event) {
  line_of(model, event).balance -= event->cents;
}

void project(accounts& model, const annals::recorded<account_closed>& event) {
  line_of(model, event); // only the version
}

void project(accounts& model, const annals::recorded<transfer_requested>& event) {
  line_of(model, event); // only the version
}

void project(accounts& model, const annals::recorded<account_refunded>& event) {
  line_of(model, event).balance += event->cents;
}

void project(accounts& model, const annals::recorded<dormancy_fee_charged>& event) {
  line_of(model, event).balance -= event->cents;
}

} // namespace bank

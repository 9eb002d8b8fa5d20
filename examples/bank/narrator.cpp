#include "narrator.hpp"

#include <ostream>

namespace bank {

void narrator::step(std::string_view title) { out_ << "\n" << ++steps_ << ". " << title << "\n"; }

void narrator::step(std::string_view title, const annals::uuid& correlation_id) {
  step(title);
  out_ << "   correlation id " << annals::to_string(correlation_id) << "\n";
}

void narrator::command(std::string_view what, const annals::reply& reply) {
  out_ << "   " << what << ": ";
  if (!reply)
    out_ << to_string(reply.error()) << "\n";
  else
    out_ << "accepted; account at version " << reply->version << ", log at position "
         << reply->position << "\n";
}

void narrator::event(const annals::recorded_event& event) {
  out_ << "   position " << event.position << ", version " << event.version << ": " << event.type
       << " " << event.payload << "\n";
}

void narrator::claim(std::string_view what, bool holds) {
  ++claims_;
  failed_ += holds ? 0 : 1;
  out_ << (holds ? "   [yes] " : "   [NO]  ") << what << "\n";
}

void narrator::end() {
  if (all_claims_hold())
    out_ << "\nAll " << claims_ << " claims hold.\n";
  else
    out_ << "\n" << failed_ << " of " << claims_ << " claims do NOT hold.\n";
}

std::string money(std::int64_t cents) {
  auto rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + (rest.size() < 2 ? ".0" : ".") + rest;
}

} // namespace bank

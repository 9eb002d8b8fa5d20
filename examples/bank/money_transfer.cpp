#include "money_transfer.hpp"

namespace bank {

namespace {

annals::reaction end(money_transfer& self, transfer_stage stage) {
  self.stage = stage;
  return annals::reaction{}.complete();
}

} // namespace

// [reactions]
annals::reaction react(money_transfer& self, const annals::recorded<transfer_requested>& event) {
  if (self.stage != transfer_stage::none)
    return {};
  self = {event.id, event->to, event->cents, transfer_stage::debiting, {}};
  return annals::to<account>(self.from, debit{self.cents});
}

annals::reaction react(money_transfer& self, const annals::recorded<account_debited>& event) {
  if (self.stage != transfer_stage::debiting || event.id != self.from)
    return {};
  self.stage = transfer_stage::crediting;
  return annals::to<account>(self.to, credit{self.cents});
}

annals::reaction react(money_transfer& self, const annals::recorded<account_credited>& event) {
  if (self.stage != transfer_stage::crediting || event.id != self.to)
    return {};
  return end(self, transfer_stage::done);
}

annals::reaction react(money_transfer& self, const annals::refused<credit>& command) {
  self.stage = transfer_stage::refunding;
  self.reason = command.why.message;
  return annals::to<account>(self.from, refund{self.cents});
}
// [reactions]

annals::reaction react(money_transfer& self, const annals::recorded<account_refunded>& event) {
  if (self.stage != transfer_stage::refunding || event.id != self.from)
    return {};
  return end(self, transfer_stage::refunded);
}

annals::reaction react(money_transfer& self, const annals::refused<debit>& command) {
  self.reason = command.why.message;
  return end(self, transfer_stage::refused);
}

} // namespace bank

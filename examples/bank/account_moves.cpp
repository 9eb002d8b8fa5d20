#include "account.hpp"

#include <algorithm>
#include <limits>

namespace bank {

namespace {

bool was_opened(const account& self) { return !self.holder.empty(); }

} // namespace

annals::decision<transfer_requested> decide(const account& self, const request_transfer& cmd) {
  if (!was_opened(self) || self.closed)
    return annals::reject("the account is not open");
  if (cmd.cents <= 0)
    return annals::reject("a transfer must be more than 0 cents");
  return transfer_requested{cmd.to, cmd.cents};
}

annals::decision<account_refunded> decide(const account& self, const refund& cmd) {
  if (!was_opened(self))
    return annals::reject("the account was never open");
  if (cmd.cents <= 0)
    return annals::reject("a refund must be more than 0 cents");
  if (cmd.cents > std::numeric_limits<std::int64_t>::max() - self.balance)
    return annals::reject("the balance would be more than an account can hold");
  return account_refunded{cmd.cents};
}

annals::decision<dormancy_fee_charged> decide(const account& self, const charge_dormancy_fee& cmd) {
  const auto fee = std::min(cmd.cents, self.balance);
  if (self.closed || self.version != cmd.version || fee <= 0)
    return annals::no_events;
  return dormancy_fee_charged{fee};
}

account evolve(account self, const transfer_requested&) {
  ++self.version;
  return self;
}

account evolve(account self, const account_refunded& event) {
  self.balance += event.cents;
  ++self.version;
  return self;
}

account evolve(account self, const dormancy_fee_charged& event) {
  self.balance -= event.cents;
  ++self.version;
  return self;
}

} // namespace bank

#include "rules.hpp"

namespace loans {

namespace {

bool has(const application& self, stage reached) { return self.stages.contains(reached); }

bool ended_without_loan(const application& self) {
  return self.outcome && *self.outcome != outcome::approved;
}

bool has_paid_out(const application& self) {
  return has(self, stage::registered) || has(self, stage::activated);
}

objection object_unless(bool holds, std::string_view reason) {
  return holds ? objection{} : annals::reject(reason);
}

objection object_to_pay_out(const application& self) {
  if (ended_without_loan(self))
    return annals::reject("the application was cancelled or declined");
  return object_unless(self.offers.sent_back > 0, "no offer has been sent back");
}

objection object_to_selection(const application& self) {
  if (!has(self, stage::accepted))
    return annals::reject("no offer before the application is accepted");
  return object_unless(self.offers.selected == self.offers.created,
                       "the offer before is not created yet");
}

// Once the application is decided, the offers that are open can only end as it did.
objection object_to_closing(const application& self, offer_step next) {
  if (self.offers.closed >= self.offers.sent)
    return annals::reject("no offer is open");
  if (next == offer_step::accepted && self.offers.sent_back == 0)
    return annals::reject("no offer has been sent back");
  const bool fits = !self.outcome
                    || (self.outcome == outcome::approved && next == offer_step::accepted)
                    || (self.outcome == outcome::cancelled && next == offer_step::cancelled)
                    || (self.outcome == outcome::declined && next == offer_step::declined);
  return object_unless(fits, "the application has ended in another way");
}

} // namespace

objection object_to(const application& self, stage next) {
  if (has(self, next))
    return annals::reject("the application has had this step");
  if (next == stage::registered || next == stage::activated)
    return object_to_pay_out(self);
  if (self.outcome)
    return annals::reject("the application is decided");
  switch (next) {
    case stage::preaccepted:
      return object_unless(has(self, stage::partly_submitted), "it is not partly submitted yet");
    case stage::accepted:
      return object_unless(has(self, stage::preaccepted), "it is not preaccepted yet");
    case stage::finalized:
      return object_unless(has(self, stage::accepted), "it is not accepted yet");
    default: return {}; // the submission itself, and what follows it at once
  }
}

objection object_to(const application& self, outcome next) {
  if (self.outcome)
    return annals::reject("the application has an outcome");
  if (!has(self, stage::partly_submitted))
    return annals::reject("it is not partly submitted yet");
  if (next == outcome::approved)
    return object_unless(self.offers.sent_back > 0, "no offer has been sent back");
  return object_unless(!has_paid_out(self) && self.offers.accepted == 0,
                       "the loan is accepted or paid out");
}

objection object_to(const application& self, offer_step next) {
  const auto& offers = self.offers;
  const bool is_new =
      next == offer_step::selected || next == offer_step::created || next == offer_step::sent;
  if (is_new && self.outcome)
    return annals::reject("no new offer once the application is decided");
  if (next != offer_step::selected && offers.selected == 0)
    return annals::reject("there is no offer yet");
  switch (next) {
    case offer_step::selected: return object_to_selection(self);
    case offer_step::created:
      return object_unless(offers.created < offers.selected, "no offer is selected");
    case offer_step::sent:
      return object_unless(offers.sent < offers.created, "no offer is created");
    case offer_step::sent_back:
      return object_unless(offers.closed < offers.sent && !self.outcome, "no offer is open");
    default: return object_to_closing(self, next);
  }
}

objection object_to(const application& self, work item, transition next) {
  if (!has(self, stage::partly_submitted))
    return annals::reject("it is not partly submitted yet");
  if (next != transition::schedule)
    return object_unless(self.scheduled.contains(item), "this work is not scheduled");
  return object_unless(!ended_without_loan(self), "no new work on what was cancelled or declined");
}

} // namespace loans

#include "outcomes.hpp"

namespace loans {

void project(outcomes& model, const annals::recorded<application_submitted>&) {
  ++model.events;
  ++model.applications;
  ++model.undecided;
}

void project(outcomes& model, const annals::recorded<application_advanced>& event) {
  ++model.events;
  model.registered += event->stage == stage::registered;
  model.activated += event->stage == stage::activated;
}

void project(outcomes& model, const annals::recorded<application_decided>& event) {
  ++model.events;
  --model.undecided;
  switch (event->outcome) {
    case outcome::approved: ++model.approved; break;
    case outcome::cancelled: ++model.cancelled; break;
    case outcome::declined: ++model.declined; break;
  }
}

void project(outcomes& model, const annals::recorded<offer_advanced>& event) {
  ++model.events;
  switch (event->step) {
    case offer_step::selected: ++model.offers.selected; break;
    case offer_step::created: ++model.offers.created; break;
    case offer_step::sent: ++model.offers.sent; break;
    case offer_step::sent_back: ++model.offers.sent_back; break;
    case offer_step::accepted: ++model.offers.accepted; break;
    case offer_step::cancelled: ++model.offers.cancelled; break;
    case offer_step::declined: ++model.offers.declined; break;
  }
}

void project(outcomes& model, const annals::recorded<work_advanced>&) { ++model.events; }

} // namespace loans

#include "application.hpp"

#include "rules.hpp"

#include <annals/messages/text.hpp>

#include <utility>

namespace loans {

namespace {

objection object_to_place(const application& self, const record_activity& cmd) {
  if (cmd.sequence != self.activities + 1)
    return annals::reject("activity " + std::to_string(cmd.sequence) + " cannot follow activity "
                          + std::to_string(self.activities));
  if (cmd.amount < 0)
    return annals::reject("the amount is below 0");
  const bool submits = cmd.activity == log_name(stage::submitted);
  if (self.activities == 0)
    return submits ? objection{} : annals::reject("an application begins with its submission");
  if (submits)
    return annals::reject("the application is submitted already");
  if (cmd.amount != self.amount)
    return annals::reject("the amount is not the one of the submission");
  if (cmd.time < self.last_time)
    return annals::reject("the time is before that of the activity before");
  return {};
}

// Makes the event of an activity, or objects.
class recorder {
public:
  recorder(const application& self, const record_activity& cmd, transition change)
      : self_{self}, cmd_{cmd}, change_{change} {}

  recorded_activity operator()(stage next) const {
    if (next == stage::submitted)
      return completed(object_to(self_, next),
                       application_submitted{cmd_.time, cmd_.resource, cmd_.amount});
    return completed(object_to(self_, next), application_advanced{cmd_.time, cmd_.resource, next});
  }

  recorded_activity operator()(outcome next) const {
    return completed(object_to(self_, next), application_decided{cmd_.time, cmd_.resource, next});
  }

  recorded_activity operator()(offer_step next) const {
    return completed(object_to(self_, next), offer_advanced{cmd_.time, cmd_.resource, next});
  }

  recorded_activity operator()(work item) const {
    if (auto against = object_to(self_, item, change_))
      return *std::move(against);
    return work_advanced{cmd_.time, cmd_.resource, item, change_};
  }

private:
  template <class Event>
  recorded_activity completed(objection against, Event event) const {
    if (change_ != transition::complete)
      return annals::reject("only work is scheduled and started");
    if (against)
      return *std::move(against);
    return event;
  }

  const application& self_;
  const record_activity& cmd_;
  transition change_;
};

application advanced(application self, annals::timestamp time) {
  ++self.activities;
  self.last_time = time;
  return self;
}

} // namespace

recorded_activity decide(const application& self, const record_activity& cmd) {
  if (auto against = object_to_place(self, cmd))
    return *std::move(against);
  const auto which = find_activity(cmd.activity);
  if (!which)
    return annals::reject("unknown activity " + annals::quoted(cmd.activity));
  const auto change = find_transition(cmd.transition);
  if (!change)
    return annals::reject("unknown transition " + annals::quoted(cmd.transition));
  return std::visit(recorder{self, cmd, *change}, *which);
}

application evolve(application self, const application_submitted& event) {
  self = advanced(std::move(self), event.time);
  self.amount = event.amount;
  self.stages.insert(stage::submitted);
  return self;
}

application evolve(application self, const application_advanced& event) {
  self = advanced(std::move(self), event.time);
  self.stages.insert(event.stage);
  return self;
}

application evolve(application self, const application_decided& event) {
  self = advanced(std::move(self), event.time);
  self.outcome = event.outcome;
  return self;
}

application evolve(application self, const offer_advanced& event) {
  self = advanced(std::move(self), event.time);
  auto& offers = self.offers;
  switch (event.step) {
    case offer_step::selected: ++offers.selected; break;
    case offer_step::created: ++offers.created; break;
    case offer_step::sent: ++offers.sent; break;
    case offer_step::sent_back: ++offers.sent_back; break;
    case offer_step::accepted:
      ++offers.accepted;
      ++offers.closed;
      break;
    case offer_step::cancelled:
    case offer_step::declined: ++offers.closed; break;
  }
  return self;
}

application evolve(application self, const work_advanced& event) {
  self = advanced(std::move(self), event.time);
  if (event.transition == transition::schedule)
    self.scheduled.insert(event.work);
  return self;
}

} // namespace loans

#include "activities.hpp"

namespace loans {

namespace {

void count(activities& model, annals::timestamp time, activity which) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  ++model.by_day[day][std::string{log_name(which)}];
}

} // namespace

void project(activities& model, const annals::recorded<application_submitted>& event) {
  count(model, event->time, stage::submitted);
}

void project(activities& model, const annals::recorded<application_advanced>& event) {
  count(model, event->time, event->stage);
}

void project(activities& model, const annals::recorded<application_decided>& event) {
  count(model, event->time, event->outcome);
}

void project(activities& model, const annals::recorded<offer_advanced>& event) {
  count(model, event->time, event->step);
}

void project(activities& model, const annals::recorded<work_advanced>& event) {
  count(model, event->time, event->work);
}

} // namespace loans

#include "durations.hpp"

#include <algorithm>

namespace loans {

namespace {

void add(spread& all, std::chrono::microseconds took) {
  all.shortest = all.count == 0 ? took : std::min(all.shortest, took);
  all.longest = std::max(all.longest, took);
  all.sum += took;
  ++all.count;
  ++all.by_days[std::chrono::floor<std::chrono::days>(took).count()];
}

} // namespace

void project(durations& model, const annals::recorded<application_submitted>& event) {
  model.undecided[event.id] = event->time;
}

void project(durations& model, const annals::recorded<application_decided>& event) {
  const auto submitted = model.undecided.at(event.id);
  add(model.by_outcome[event->outcome], event->time - submitted);
  model.undecided.erase(event.id);
}

} // namespace loans

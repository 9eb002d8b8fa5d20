#include "tests/examples/loans/folded_log.hpp"

#include "examples/loans/csv_file.hpp"

#include <annals/messages/json.hpp>

#include <utility>

namespace loans {

namespace {

template <class Model, class Event>
void project_if_read(Model& model, const annals::recorded<Event>& told) {
  if constexpr (requires { project(model, told); })
    project(model, told);
}

} // namespace

folded_log folded_log::of(const std::string& path) {
  folded_log log;
  auto file = csv_file::open(path).value();
  while (auto next = file.next().value())
    log.take(*next);
  return log;
}

void folded_log::take(const row& from) {
  auto& self = applications_[from.application];
  const auto sequence = self.activities + 1;
  ids_.push_back(command_id(from, sequence));
  const auto decision = decide(
      self, {sequence, from.time, from.activity, from.transition, from.resource, from.amount});
  if (decision.rejected())
    throw annals::error{{annals::errc::rejected, from.application + " " + from.activity + ": "
                                                     + std::string{decision.reason()}}};
  for (const auto& happened : decision.events())
    std::visit([&](const auto& event) { apply(from.application, self, event); }, happened);
}

template <class Event>
void folded_log::apply(const std::string& id, application& self, const Event& event) {
  self = evolve(std::move(self), event);
  annals::event_info info;
  info.id = id;
  const annals::recorded<Event> told{std::move(info), event};
  project_if_read(outcomes, told);
  project_if_read(activities, told);
  project_if_read(durations, told);
}

std::map<std::string, std::string> folded_log::models() const {
  return {{std::string{outcomes.name.text()}, annals::to_json(outcomes).value()},
          {std::string{activities.name.text()}, annals::to_json(activities).value()},
          {std::string{durations.name.text()}, annals::to_json(durations).value()}};
}

} // namespace loans

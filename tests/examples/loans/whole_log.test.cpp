// The whole log through decide, evolve and project alone: no node, no store.

#include "examples/loans/activities.hpp"
#include "examples/loans/csv_file.hpp"
#include "examples/loans/durations.hpp"
#include "tests/examples/loans/figures.hpp"
#include "tests/shared_data.hpp"

#include <annals/messages/json.hpp>

#include <catch2/catch.hpp>

#include <numeric>
#include <set>
#include <unordered_map>

using namespace loans;

namespace {

template <class Model, class Event>
void project_if_read(Model& model, const annals::recorded<Event>& told) {
  if constexpr (requires { project(model, told); })
    project(model, told);
}

// Folds a log of rows as a node would.
class folded_log {
public:
  void take(const row& from) {
    auto& self = applications_[from.application];
    const auto sequence = self.activities + 1;
    ids_.insert(command_id(from, sequence));
    auto decision = decide(
        self, {sequence, from.time, from.activity, from.transition, from.resource, from.amount});
    INFO(from.application << " " << from.activity << " " << from.transition);
    REQUIRE(decision.reason() == "");
    REQUIRE(decision.events().size() == 1);
    std::visit([&](const auto& event) { take(from.application, self, event); },
               decision.events()[0]);
  }

  std::size_t distinct_ids() const { return ids_.size(); }

  loans::outcomes outcomes;
  loans::activities activities;
  loans::durations durations;

private:
  template <class Event>
  void take(const std::string& id, application& self, const Event& event) {
    self = evolve(std::move(self), event);
    annals::event_info info;
    info.id = id;
    const annals::recorded<Event> told{std::move(info), event};
    project_if_read(outcomes, told);
    project_if_read(activities, told);
    project_if_read(durations, told);
  }

  std::unordered_map<std::string, application> applications_;
  std::set<annals::uuid> ids_;
};

folded_log fold(const std::string& path) {
  folded_log log;
  auto file = csv_file::open(path).value();
  while (auto next = file.next().value())
    log.take(*next);
  return log;
}

std::uint64_t sum(const activities& model) {
  std::uint64_t all = 0;
  for (const auto& [day, counts] : model.by_day)
    for (const auto& [name, count] : counts)
      all += count;
  return all;
}

} // namespace

TEST_CASE("no row of the log is rejected, and the read models have the known figures") {
  const auto path = annals::tests::shared_data(log_file);
  if (!path)
    return;
  const auto log = fold(path->string());
  const auto known = known_figures();
  CHECK(annals::to_json(log.outcomes).value() == annals::to_json(known).value());
  CHECK(log.distinct_ids() == known.events);
  CHECK(sum(log.activities) == known.events);
  CHECK(log.activities.by_day.begin()->second.at("A_SUBMITTED") == 1);
  CHECK(log.durations.undecided.size() == known.undecided);

  const auto& took = log.durations.by_outcome;
  CHECK(took.at(outcome::approved).count == known.approved);
  CHECK(took.at(outcome::cancelled).count == known.cancelled);
  CHECK(took.at(outcome::declined).count == known.declined);
  for (const auto& [how, times] : took) {
    CHECK(times.shortest <= times.sum / static_cast<std::int64_t>(times.count));
    CHECK(times.longest >= times.sum / static_cast<std::int64_t>(times.count));
    CHECK(std::accumulate(times.by_days.begin(), times.by_days.end(), std::uint64_t{0},
                          [](auto all, const auto& day) { return all + day.second; })
          == times.count);
  }
}

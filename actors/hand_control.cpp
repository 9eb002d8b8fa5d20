#include <annals/actors/hand_control.hpp>

#include <annals/actors/parked_events.hpp>

#include <algorithm>
#include <set>

namespace annals {

namespace {

bool parks_by_stream(const live_model& model) {
  return model.type().on_poison == poison::park_stream;
}

result<recorded_event> event_at(event_reader& reader, log_position position) {
  auto events = reader.read_log(position - 1, 1);
  if (!events)
    return events.error();
  if (events->empty() || events->front().position != position)
    return failure{errc::not_found, "the log has no event at position " + std::to_string(position)};
  return std::move(events->front());
}

// What fails again costs a copy of the model each, so that what failed leaves nothing behind; after
// so many the others are tried in one copy first, whatever those that fail leave in it.
constexpr std::size_t most_copies = 8;

// Takes parked events into a copy of the model, one after the other.
class second_attempt {
public:
  second_attempt(const live_model& model, event_reader& reader, const registry& domain)
      : model_{model}, reader_{reader}, domain_{domain} {}

  result<ordered_model> run(projection_notes notes, const std::set<log_position>& chosen) {
    made_.notes = std::move(notes);
    if (auto begun = begin_again(); !begun)
      return begun.error();
    auto parked = std::exchange(made_.notes.parked, {});
    for (auto& event : parked) {
      bool wanted = chosen.contains(event.position);
      if (wanted && copies_ > most_copies && !sieve_)
        if (auto begun = begin_sieve(); !begun)
          return begun.error();
      if (!wanted || stands_behind(event)) {
        keep(std::move(event));
        continue;
      }
      if (auto tried = attempt(event); !tried)
        return tried.error();
    }
    made_.report.still_parked = made_.notes.parked.size();
    return std::move(made_);
  }

private:
  // Fails where the store does, not where the event cannot be taken in.
  result<void> attempt(parked_event& event) {
    auto stored = event_at(reader_, event.position);
    if (!stored)
      return stored.error();
    if (sieve_)
      if (auto sieved = domain_.project(*sieve_, *stored); !sieved) {
        note(event, sieved.error());
        return {};
      }
    bool touched = false;
    auto taken = domain_.project(*made_.instance, *stored, &touched);
    if (taken) {
      taken_.push_back(std::move(*stored));
      ++made_.report.taken_in;
      return {};
    }
    note(event, taken.error());
    return touched ? begin_again() : result<void>{};
  }

  void note(parked_event& event, const failure& why) {
    event.why = why;
    ++event.attempts;
    if (!made_.report.why)
      made_.report.why = why;
    keep(std::move(event));
  }

  result<void> begin_sieve() {
    auto copied = made_.instance->copy();
    if (!copied)
      return copied.error();
    sieve_ = std::move(*copied);
    return {};
  }

  // The model with what was taken in so far, and nothing of what failed.
  result<void> begin_again() {
    auto copied = model_.copy();
    if (!copied)
      return copied.error();
    ++copies_;
    made_.instance = std::move(*copied);
    for (const auto& event : taken_)
      if (auto taken = domain_.project(*made_.instance, event); !taken)
        return taken;
    return {};
  }

  bool stands_behind(const parked_event& event) const {
    return parks_by_stream(model_) && streams_.contains(event.stream);
  }

  void keep(parked_event event) {
    streams_.insert(event.stream);
    made_.notes.parked.push_back(std::move(event));
  }

  const live_model& model_;
  event_reader& reader_;
  const registry& domain_;
  ordered_model made_;
  std::vector<recorded_event> taken_;
  std::set<std::string> streams_;
  std::size_t copies_ = 0;
  // Shows what will fail, once that has become too dear to find out in the model itself.
  std::unique_ptr<projection_instance> sieve_;
};

// The next event, where it is one that the projection cannot take in.
result<ordered_model> skip_next(const live_model& model, event_reader& reader,
                                const registry& domain, log_position position) {
  auto event = event_at(reader, position);
  if (!event)
    return event.error();
  auto trial = model.copy();
  if (!trial)
    return trial.error();
  auto before = reader.read_log(model.position(), 1);
  if (!before)
    return before.error();
  if (before->empty() || before->front().position != position || domain.project(**trial, *event))
    return failure{errc::not_found, "the event at position " + std::to_string(position)
                                        + " is neither parked nor what the projection "
                                        + model.type().name
                                        + " stopped at, which would be the one after position "
                                        + std::to_string(model.position())};
  auto same = model.copy();
  if (!same)
    return same.error();
  ordered_model made{std::move(*same), model.notes(), {}};
  made.notes.skipped.push_back(position);
  made.report.skipped = 1;
  made.report.still_parked = made.notes.parked.size();
  return made;
}

} // namespace

result<ordered_model> retry_parked(const live_model& model, event_reader& reader,
                                   const registry& domain, std::optional<log_position> position) {
  auto notes = model.notes();
  std::set<log_position> chosen;
  if (!position) {
    for (const auto& event : notes.parked)
      chosen.insert(event.position);
  } else {
    auto found = std::ranges::find(notes.parked, *position, &parked_event::position);
    if (found == notes.parked.end())
      return not_parked("the projection " + model.type().name, *position);
    if (auto first = check_first_of_stream(notes.parked, parks_by_stream(model), *found); !first)
      return first.error();
    chosen = with_those_behind(notes.parked, parks_by_stream(model), *found);
  }
  return second_attempt{model, reader, domain}.run(std::move(notes), chosen);
}

result<void> follow_retries(live_model& made, event_reader& reader, const registry& domain,
                            const projection_notes& notes, log_position position) {
  std::set<log_position> chosen;
  for (const auto& event : made.notes().parked)
    if (event.position <= position
        && std::ranges::find(notes.parked, event.position, &parked_event::position)
               == notes.parked.end())
      chosen.insert(event.position);
  if (chosen.empty())
    return {};
  auto retried = second_attempt{made, reader, domain}.run(made.notes(), chosen);
  if (!retried)
    return retried.error();
  made.replace(std::move(retried->instance), made.position(), std::move(retried->notes),
               made.generation());
  return {};
}

result<ordered_model> skip_event(const live_model& model, event_reader& reader,
                                 const registry& domain, log_position position) {
  auto notes = model.notes();
  auto found = std::ranges::find(notes.parked, position, &parked_event::position);
  if (found == notes.parked.end())
    return skip_next(model, reader, domain, position);
  std::set<log_position> behind;
  if (check_first_of_stream(notes.parked, parks_by_stream(model), *found))
    behind = with_those_behind(notes.parked, parks_by_stream(model), *found);
  notes.skipped.push_back(position);
  notes.parked.erase(found);
  auto made = second_attempt{model, reader, domain}.run(std::move(notes), behind);
  if (made)
    made->report.skipped = 1;
  return made;
}

} // namespace annals

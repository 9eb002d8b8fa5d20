#include <annals/actors/log.hpp>
#include <annals/actors/parked_events.hpp>
#include <annals/actors/target_runner_state.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

// `stored` is what a batch was made of that has failed. In smaller and smaller ones the event is
// found that it failed at. Whether there is more to do at once.
result<bool> target_runner_state::meet_poison(const std::vector<recorded_event>& stored,
                                              const failure& why) {
  const bool for_good = fails_for_good(why.code) || why.code == errc::unknown_event_type;
  position_.reset();
  if (for_good && stored.size() > 1) {
    limit_ = stored.size() / 2;
    return true;
  }
  const bool tries_again = why.code == errc::domain_threw && failures_ < parts_.poison_retries;
  if (!for_good || tries_again || why.code == errc::unknown_event_type
      || parts_.settings.on_poison == poison::stop)
    return why;
  auto parked = park(stored.front(), why, failures_ + 1);
  if (parked)
    parked = store_notes();
  if (!parked)
    return parked.error();
  log().error("the target {} has parked an event and goes on with the next: {}",
              parts_.settings.name, to_string(why));
  failures_ = 0;
  limit_ = parts_.settings.largest_batch;
  return true;
}

result<void> target_runner_state::park(const recorded_event& event, failure why,
                                       std::uint32_t attempts) {
  // Those behind a parked one are parked before their batch is handed over, in which an earlier
  // event may fail.
  auto place =
      std::ranges::lower_bound(notes_->parked, event.position, {}, &parked_event::position);
  if (place != notes_->parked.end() && place->position == event.position)
    return {};
  if (notes_->parked.size() >= parts_.most_parked)
    return failure{errc::projection_stopped,
                   std::to_string(parts_.most_parked)
                       + " events are parked, as many as config::most_parked allows; mend the "
                         "cause, then retry them (`projections retry`)"};
  notes_->parked.insert(place, {event.position, event.stream, event.version, event.type,
                                std::move(why), attempts, now()});
  return {};
}

result<void> target_runner_state::load_notes() {
  auto stored = parts_.reader->load_model(target_model_name(parts_.settings.name));
  if (!stored)
    return stored.error();
  auto notes = *stored ? target_notes_from(**stored) : target_notes{};
  if (!notes)
    return notes.error();
  notes_ = std::move(*notes);
  notes_->stopped.clear();
  generation_ = *stored ? (*stored)->generation : 0;
  parts_.board->has(notes_->parked, notes_->paused);
  return {};
}

// Where that fails, or where a person has ordered something meanwhile, what is stored counts.
result<void> target_runner_state::store_notes() {
  notes_->by_stream = parks_by_stream();
  auto stored = to_stored(parts_.settings.name, *notes_, parts_.board->position(), generation_);
  if (stored && taken_under_)
    stored->fence = *taken_under_;
  auto saved = stored ? parts_.writer->save(*stored) : stored.error();
  if (saved)
    parts_.board->has(notes_->parked, notes_->paused);
  else
    notes_.reset();
  return saved;
}

// What is ordered on the command line is stored, and carried out by the program that runs it.
void target_runner_state::look_for_orders() {
  auto generation = parts_.reader->generation_of(target_model_name(parts_.settings.name));
  if (!generation)
    return;
  const bool ordered = *generation && **generation != generation_;
  if (ordered || !notes_)
    if (auto loaded = load_notes(); !loaded)
      return notes_.reset();
  if (!notes_->wanted.empty() && ready()) {
    const auto wanted = std::exchange(notes_->wanted, {});
    if (auto tried = attempt({wanted.begin(), wanted.end()}); !tried)
      log().warn("the target {}: what was ordered is not done: {}", parts_.settings.name,
                 to_string(tried.error()));
  }
  if (ordered)
    resume_work();
}

void target_runner_state::resume_work() {
  failures_ = 0;
  not_before_ = {};
  parts_.board->go_on();
  go_on_soon();
}

result<void> target_runner_state::ready() {
  if (!is_at_work())
    return failure{errc::unknown_projection, "this node does not run the target "
                                                 + parts_.settings.name
                                                 + " now; `nodes` says which one does"};
  return prepare();
}

result<void> target_runner_state::attempt_one(const parked_event& event) {
  auto stored = parts_.reader->read_log(event.position - 1, 1);
  if (!stored)
    return stored.error();
  if (stored->empty() || stored->front().position != event.position)
    return failure{errc::undecodable,
                   "the log has no event at position " + std::to_string(event.position)};
  auto present = parts_.domain->in_present_form(stored->front());
  return present ? hand_over(*position_, *present, true) : present.error();
}

// Each by itself; where the target is away the others wait.
result<control_report> target_runner_state::attempt(const std::set<log_position>& chosen) {
  control_report report;
  std::optional<failure> away;
  auto parked = std::exchange(notes_->parked, {});
  for (auto& event : parked) {
    bool waits = away || !chosen.contains(event.position)
                 || (parks_by_stream() && notes_->has_parked(event.stream));
    auto taken = waits ? result<void>{} : attempt_one(event);
    if (!waits && taken) {
      ++report.taken_in;
      continue;
    }
    if (!taken && !fails_for_good(taken.error().code)
        && taken.error().code != errc::unknown_event_type) {
      away = taken.error();
    } else if (!taken) {
      event.why = taken.error();
      ++event.attempts;
      report.why = report.why.value_or(event.why);
    }
    notes_->parked.push_back(std::move(event));
  }
  report.still_parked = notes_->parked.size();
  auto kept = store_notes();
  if (away || !kept)
    return away ? *away : kept.error();
  return report;
}

result<control_report> target_runner_state::retry(std::optional<log_position> position) {
  if (auto good = ready(); !good)
    return good.error();
  const auto& parked = notes_->parked;
  std::set<log_position> chosen;
  if (!position) {
    for (const auto& event : parked)
      chosen.insert(event.position);
    return attempt(chosen);
  }
  auto event = std::ranges::find(parked, *position, &parked_event::position);
  if (event == parked.end())
    return not_parked("the target " + parts_.settings.name, *position);
  if (auto first = check_first_of_stream(parked, parks_by_stream(), *event); !first)
    return first.error();
  return attempt(with_those_behind(parked, parks_by_stream(), *event));
}

result<control_report> target_runner_state::skip(log_position position) {
  if (auto good = ready(); !good)
    return good.error();
  auto event = std::ranges::find(notes_->parked, position, &parked_event::position);
  if (event == notes_->parked.end())
    return skip_next(position);
  std::set<log_position> behind;
  if (check_first_of_stream(notes_->parked, parks_by_stream(), *event))
    behind = with_those_behind(notes_->parked, parks_by_stream(), *event);
  notes_->skipped.push_back(position);
  notes_->parked.erase(event);
  auto report = attempt(behind);
  if (report)
    report->skipped = 1;
  return report;
}

// What it has stopped at.
result<control_report> target_runner_state::skip_next(log_position position) {
  auto next = next_for(*parts_.reader, parts_.part, *notes_, *position_);
  if (!next)
    return next.error();
  if (!parts_.board->stopped() || !*next || (*next)->position != position)
    return failure{errc::not_found, "the event at position " + std::to_string(position)
                                        + " is neither parked nor what the target "
                                        + parts_.settings.name + " stopped at"};
  notes_->skipped.push_back(position);
  notes_->stopped.clear();
  if (auto kept = store_notes(); !kept)
    return kept.error();
  control_report report{0, 1, notes_->parked.size(), {}};
  resume_work();
  return report;
}

result<control_report> target_runner_state::pause() {
  if (auto good = ready(); !good)
    return good.error();
  notes_->paused = true;
  if (auto kept = store_notes(); !kept)
    return kept.error();
  return control_report{0, 0, notes_->parked.size(), {}};
}

result<control_report> target_runner_state::resume() {
  const bool had_stopped = parts_.board->stopped().has_value();
  if (auto good = ready(); !good)
    return good.error();
  if (!had_stopped && !notes_->paused)
    return failure{errc::invalid_argument,
                   "the target " + parts_.settings.name
                       + " has not stopped and is not paused; there is nothing to resume"};
  notes_->paused = false;
  notes_->stopped.clear();
  if (auto kept = store_notes(); !kept)
    return kept.error();
  resume_work();
  return control_report{0, 0, notes_->parked.size(), {}};
}

result<std::optional<log_position>>
target_runner_state::put_in_place(live_model&, std::span<const std::string>) {
  return failure{errc::invalid_argument, "a target is made anew by hand"};
}

} // namespace annals

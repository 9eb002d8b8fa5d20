#include <annals/actors/log.hpp>
#include <annals/actors/target_runner_state.hpp>
#include <annals/messages/thrown.hpp>

#include <spdlog/logger.h>

#include <utility>

namespace annals {

namespace {

// A target is code of the application, which may throw.
template <class Call>
auto guarded(const std::string& target, Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const error& thrown) {
    return thrown.why();
  } catch (...) {
    return failure{errc::domain_threw, "the target " + target + " threw: " + what_was_thrown()};
  }
}

} // namespace

result<void> target_runner_state::prepare() {
  if (!notes_)
    if (auto loaded = load_notes(); !loaded)
      return loaded;
  return position_ ? result<void>{} : find_position();
}

result<void> target_runner_state::open() {
  auto opened = guarded(parts_.settings.name, [&] { return parts_.settings.open(); });
  if (!opened)
    return opened.error();
  if (!*opened)
    return failure{errc::invalid_argument, "its target_settings::open gives a null target"};
  target_ = std::move(*opened);
  return {};
}

// The target itself says where it is.
result<void> target_runner_state::find_position() {
  if (!target_)
    if (auto opened = open(); !opened)
      return opened;
  auto position = guarded(parts_.settings.name, [&] { return target_->position(); });
  auto end = parts_.reader->last_position();
  if (!position || !end)
    return !position ? position.error() : end.error();
  if (*position > *end)
    return failure{errc::invalid_argument,
                   "the target is at position " + std::to_string(*position)
                       + ", ahead of the log, which ends at " + std::to_string(*end)
                       + ": the log is another one, or was restored from a backup; make the "
                         "target anew"};
  position_ = read_to_ = *position;
  parts_.board->reached(*position);
  return {};
}

result<void> target_runner_state::hand_over(log_position to, std::span<const recorded_event> events,
                                            bool again) {
  target_batch batch{*position_, to, events, again, taken_under_ ? taken_under_->token : 0};
  return guarded(parts_.settings.name, [&] { return target_->take_in(batch); });
}

// That a part has nothing to do with what came for others is remembered with the next of its own
// events, or when there is so much of it that reading it again would take its time: else each event
// would be a commit for each part. While an event is looked for that the target fails at, each step
// towards it counts, since the next begins at the target's own position.
bool target_runner_state::is_worth_a_batch(const portion& next) const {
  const bool is_looking = failures_ != 0 || limit_ < parts_.settings.largest_batch;
  return parts_.part.of == 1 || !next.events.empty() || is_looking
         || next.to - *position_ >= parts_.settings.largest_batch;
}

// Where several programs run it without leases each has notes of its own in memory, and one must
// not undo what another has stored.
bool target_runner_state::has_own_notes() {
  if (parts_.held_by)
    return true;
  auto stored = parts_.reader->load_model(target_model_name(parts_.settings.name));
  if (!stored || !*stored)
    return stored.has_value();
  auto theirs = target_notes_from(**stored);
  return theirs && theirs->parked == notes_->parked && theirs->skipped == notes_->skipped
         && theirs->wanted == notes_->wanted && theirs->paused == notes_->paused;
}

// Nobody depends on it: the target itself says where it is.
void target_runner_state::publish() {
  const auto at = parts_.board->position();
  const bool is_ours = !parts_.held_by || taken_under_;
  if (!is_ours || !position_ || !notes_ || parts_.board->stopped() || published_ == at
      || !has_own_notes())
    return;
  auto kept = store_notes();
  if (kept)
    published_ = at;
  else if (kept.error().code != errc::model_replaced)
    log().warn("the target {}: how far it is cannot be stored: {}", parts_.settings.name,
               to_string(kept.error()));
}

void target_runner_state::publish_now_and_then() {
  const auto now = clock::now();
  if (published_ && now < publishes_after_)
    return;
  publishes_after_ = now + parts_.save_interval;
  publish();
}

} // namespace annals

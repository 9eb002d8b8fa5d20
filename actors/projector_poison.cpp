#include <annals/actors/log.hpp>
#include <annals/actors/projector_state.hpp>
#include <annals/actors/take_on.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

// Only what the domain's own code throws may be different the next time.
void projector_state::meet_poison(const std::vector<recorded_event>& events, const failure& why) {
  const auto* event = first_after(events, model().position());
  bool threw = why.code == errc::domain_threw;
  if (event == nullptr || (!model().is_whole() && !put_back()))
    return stop(why);
  if (!threw && !parks(model().type(), why))
    return stop(why);
  poisoned_ = poisoned{*event, why, 1};
  if (threw && parts_.poison_retries > 0)
    try_later();
  else
    settle_poison();
}

// The event may have changed half of the model before it failed: what readers see is the model of
// everything before it, or nothing where that is not to be had.
bool projector_state::put_back() {
  auto before = backup_->before();
  put_back_later_ = !before && is_transient(before.error().code);
  if (before)
    model().replace(std::move(*before));
  else
    model().give_up();
  return before.has_value();
}

// What the model is put back from may be read again, and the event is met once more.
void projector_state::mend() {
  if (!put_back_later_ || !put_back())
    return;
  model().go_on();
}

void projector_state::try_later() {
  auto wait = parts_.poison_back_off * (1U << std::min(poisoned_->attempts - 1, 16U));
  self_->delayed_send(self_, wait, try_again{});
}

// In a copy, since the event may change it by half once more.
void projector_state::on_try_again() {
  if (finishing_ || !is_at_work() || !poisoned_ || model().stopped())
    return;
  auto trial = model().copy();
  auto taken = trial ? parts_.domain->project(**trial, poisoned_->event) : trial.error();
  if (taken) {
    auto position = poisoned_->event.position;
    poisoned_.reset();
    model().replace(std::move(*trial), position, model().notes(), model().generation());
    return catch_up();
  }
  poisoned_->why = taken.error();
  if (++poisoned_->attempts <= parts_.poison_retries)
    try_later();
  else
    settle_poison();
}

void projector_state::settle_poison() {
  if (!parks(model().type(), poisoned_->why))
    return stop(poisoned_->why);
  auto parked = model().park(poisoned_->event, poisoned_->why, poisoned_->attempts);
  if (!parked)
    return stop(parked.error());
  log().error("projection {} has parked an event and goes on with the next: {}", called(),
              to_string(poisoned_->why));
  poisoned_.reset();
  save_now();
  if (!std::exchange(going_on_, true))
    self_->send(self_, go_on{});
}

} // namespace annals

#include <annals/actors/hand_control.hpp>
#include <annals/actors/log.hpp>
#include <annals/actors/projector_state.hpp>
#include <annals/actors/take_on.hpp>

#include <spdlog/logger.h>

namespace annals {

// What is not the stored model would be stored in its place.
result<void> projector_state::ready() {
  if (!is_at_work())
    return failure{errc::unknown_projection, "this node does not run the projection " + called()
                                                 + " now; `nodes` says which one does"};
  if (!loaded_)
    load();
  if (!loaded_)
    return *model().stopped();
  if (!model().is_whole() && !put_back())
    return failure{errc::projection_stopped, "the projection " + called()
                                                 + " cannot go on: the log before the event that "
                                                   "it stopped at cannot be read again"};
  return {};
}

result<control_report> projector_state::retry(std::optional<log_position> position) {
  if (auto good = ready(); !good)
    return good.error();
  return carry_out(retry_parked(model(), *parts_.reader, *parts_.domain, position));
}

result<control_report> projector_state::skip(log_position position) {
  if (auto good = ready(); !good)
    return good.error();
  return carry_out(skip_event(model(), *parts_.reader, *parts_.domain, position));
}

// What was ordered is stored before anybody sees it.
result<control_report> projector_state::carry_out(result<ordered_model> ordered) {
  if (!ordered)
    return ordered.error();
  auto stored = model().to_stored(*ordered->instance, ordered->notes);
  if (!stored)
    return stored.error();
  auto generation = parts_.writer->replace(*stored, {});
  if (!generation)
    return generation.error();
  model().replace(std::move(ordered->instance), model().position(), std::move(ordered->notes),
                  *generation);
  go_on_after_change();
  return ordered->report;
}

void projector_state::go_on_after_change() {
  saved_position_ = model().position();
  put_back_later_ = false;
  poisoned_.reset();
  backup_->renew();
  model().go_on();
  if (!std::exchange(going_on_, true))
    self_->send(self_, go_on{});
}

result<control_report> projector_state::pause() {
  if (auto good = ready(); !good)
    return good.error();
  return store_paused(true);
}

result<control_report> projector_state::store_paused(bool paused) {
  auto same = model().copy();
  if (!same)
    return same.error();
  ordered_model made{std::move(*same), model().notes(), {}};
  made.notes.paused = paused;
  made.report.still_parked = made.notes.parked.size();
  return carry_out(std::move(made));
}

result<control_report> projector_state::resume() {
  bool had_stopped = model().stopped().has_value();
  if (auto good = ready(); !good)
    return good.error();
  if (model().is_paused())
    return store_paused(false);
  if (!had_stopped)
    return failure{errc::invalid_argument,
                   "the projection " + called() + " has not stopped; there is nothing to resume"};
  poisoned_.reset();
  model().go_on();
  if (!std::exchange(going_on_, true))
    self_->send(self_, go_on{});
  control_report report;
  report.still_parked = model().notes().parked.size();
  return report;
}

result<std::optional<log_position>>
projector_state::put_in_place(live_model& made, std::span<const std::string> removed) {
  if (auto good = ready(); !good)
    return good.error();
  const auto orders = model().notes();
  if (!made.skip(orders.skipped))
    return std::optional<log_position>{};
  // Where it stops on the way, readers would see an older model than before.
  if (auto taken = take_on(made, *parts_.reader, *parts_.domain, model().position()); !taken)
    return taken.error();
  if (auto followed =
          follow_retries(made, *parts_.reader, *parts_.domain, orders, model().position());
      !followed)
    return followed.error();
  made.paused(orders.paused);
  made.generation(model().generation());
  auto stored = made.to_stored();
  if (!stored)
    return stored.error();
  auto generation = parts_.writer->replace(*stored, removed);
  if (!generation)
    return generation.error();
  made.generation(*generation);
  model().replace(std::move(made));
  go_on_after_change();
  return std::optional{model().position()};
}

// Another process may have rebuilt the model, or changed it by hand.
void projector_state::look_for_other_model() {
  auto generation = parts_.reader->generation_of(stored_name(model().type()));
  if (!generation || !*generation || **generation == model().generation())
    return;
  auto stored = parts_.reader->load_model(stored_name(model().type()));
  if (stored && *stored)
    adopt(**stored);
}

// Readers go on with the model as it is until the other one has come as far.
void projector_state::adopt(const stored_model& stored) {
  auto made = taken_on(stored);
  if (!made && is_transient(made.error().code))
    return complain(made.error()); // the next look finds it again
  if (!made) {
    log().error("projection {}: the model that was put in its place is of no use, and the one "
                "before is stored again: {}",
                called(), made.error().message);
    model().generation(stored.generation);
    saved_position_ = 0;
    return;
  }
  log().info("projection {} goes on with the model that was put in its place, of generation {}",
             called(), stored.generation);
  model().replace(std::move(**made));
  go_on_after_change();
  saved_position_ = stored.checkpoint;
}

result<std::unique_ptr<live_model>> projector_state::taken_on(const stored_model& stored) {
  auto end = parts_.reader->last_position();
  if (!end)
    return end.error();
  auto made = std::make_unique<live_model>(model().type(), model().most_parked());
  if (auto restored = made->restore(stored, *end); !restored)
    return restored.error();
  // Where it stops on the way, the projector meets the same event, and says so.
  auto taken = take_on(*made, *parts_.reader, *parts_.domain, model().position());
  if (!taken && is_transient(taken.error().code))
    return taken.error();
  return made;
}

} // namespace annals

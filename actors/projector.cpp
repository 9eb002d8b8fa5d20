#include <annals/actors/projector.hpp>

#include <annals/actors/log.hpp>
#include <annals/actors/projector_state.hpp>

#include <caf/typed_response_promise.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

constexpr std::size_t batch_size = 1000;

} // namespace

void projector_state::init(pointer self, projector_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  if (may_begin_at_once())
    load();
  backup_ = std::make_unique<model_backup>(model(), *parts_.domain, *parts_.reader);
  save_due_ = clock::now() + parts_.save_interval;
  parts_.desk->open(
      [to = caf::actor_cast<projector_actor>(self)] { caf::anon_send(to, serve_desk{}); });
  on_look_again();
}

void projector_state::on_hint(log_position position) {
  if (position > model().position())
    catch_up();
}

void projector_state::on_go_on() {
  going_on_ = false;
  catch_up();
}

// A hint may be lost, and another process may write to the same store, or change the model there.
void projector_state::on_look_again() {
  if (finishing_)
    return;
  if (is_at_work()) {
    if (!loaded_)
      load();
    else
      look_for_other_model();
    mend();
  }
  catch_up();
  self_->delayed_send(self_, parts_.poll_interval, look_again{});
}

caf::result<finished> projector_state::on_finish() {
  finishing_ = true;
  parts_.desk->close();
  model().stop({errc::stopping,
                "the node is stopping; the projection " + called() + " goes on after the restart"});
  auto promise = self_->make_response_promise<caf::typed_response_promise<finished>>();
  save([promise]() mutable { promise.deliver(finished{}); });
  return caf::delegated<finished>{};
}

bool projector_state::may_begin_at_once() const { return !parts_.held_by || parts_.follows_always; }

// Whether the model is to be kept here now; one that comes from another node is restored first.
bool projector_state::is_at_work() {
  if (parts_.held_by && parts_.held_by->is_ending()) {
    if (!std::exchange(handed_over_, true))
      save([duty = parts_.held_by] { duty->settle(); });
    return parts_.follows_always;
  }
  handed_over_ = false;
  if (!parts_.held_by)
    return true;
  auto fence = parts_.held_by->fence();
  if (fence && fence != taken_under_ && !parts_.follows_always)
    take_over();
  taken_under_ = fence;
  return fence.has_value() || parts_.follows_always;
}

// Where the node before stopped at an event, this one meets it as well.
void projector_state::take_over() {
  poisoned_.reset();
  put_back_later_ = false;
  model().go_on();
  load();
}

// The store may come back, so the projector looks again.
void projector_state::load() {
  const bool had_failed = !loaded_ && model().stopped();
  auto restored = restore();
  loaded_ = restored.has_value();
  if (!restored && parts_.held_by)
    parts_.held_by->cannot_begin(restored.error());
  if (!restored)
    return model().stopped() ? complain(restored.error()) : stop(restored.error());
  if (had_failed)
    model().go_on();
  if (backup_)
    backup_->renew();
}

// A stored model that cannot be used is thrown away, never guessed at: the log has everything.
result<void> projector_state::restore() {
  auto stored = load_stored(*parts_.reader, model().type());
  if (!stored)
    return stored.error();
  auto end = parts_.reader->last_position();
  if (!end)
    return end.error();
  saved_position_ = 0;
  if (!*stored) {
    // What an earlier time here has left in memory is not what is stored.
    model().replace(model().type().make(), 0, {}, 0);
    return {};
  }
  auto restored = model().restore(**stored, *end);
  if (restored)
    saved_position_ = (*stored)->checkpoint;
  else
    begin_anew(**stored, *end);
  if (!restored)
    log().error("projection {}: the stored model is of no use and is built again from position 0: "
                "{}",
                called(), restored.error().message);
  return {};
}

// What was skipped by hand stays out.
void projector_state::begin_anew(const stored_model& of_no_use, log_position end) {
  projection_notes begin;
  if (auto notes = notes_from(of_no_use.notes))
    begin.skipped = std::move(notes->skipped), begin.paused = notes->paused;
  std::erase_if(begin.skipped, [&](auto position) { return position > end; });
  model().replace(model().type().make(), 0, std::move(begin), of_no_use.generation);
}

// One batch at a time, so that other messages get their turn.
void projector_state::catch_up() {
  if (project_batch() == batch_size && !std::exchange(going_on_, true))
    self_->send(self_, go_on{});
}

// How many events there were.
std::size_t projector_state::project_batch() {
  if (finishing_ || !is_at_work() || !loaded_ || poisoned_ || model().stopped()
      || model().is_paused())
    return 0;
  auto events = parts_.reader->read_log(model().position(), batch_size);
  if (!events) {
    complain(events.error());
    return 0;
  }
  trouble_ = {};
  if (auto taken = model().take_in(*events, *parts_.domain); !taken) {
    meet_poison(*events, taken.error());
    return 0;
  }
  backup_->keep_up();
  save_when_due();
  return events->size();
}

// The store may come back, so the projector looks again; the log hears of each trouble once.
void projector_state::complain(const failure& why) {
  if (trouble_ != why)
    log().warn("projection {} cannot read the log and tries again: {}", called(), to_string(why));
  trouble_ = why;
}

void projector_state::stop(const failure& why) {
  failure stopped{errc::projection_stopped,
                  "the projection " + called() + " stopped: " + to_string(why)};
  log().error("{}", stopped.message);
  model().stop(std::move(stopped));
}

// A large model is saved less often, so that saving stays a small part of the work.
void projector_state::save_when_due() {
  auto now = clock::now();
  if (now < save_due_)
    return;
  save([] {});
  auto took = clock::now() - now;
  save_due_ = clock::now() + std::max<clock::duration>(parts_.save_interval, 20 * took);
}

template <class Then>
void projector_state::save(Then then) {
  auto fence = parts_.held_by ? taken_under_ : std::optional{lease_fence{}};
  if (!loaded_ || !model().is_whole() || model().position() == saved_position_ || !fence)
    return then();
  auto stored = model().to_stored();
  if (!stored) {
    stop(stored.error());
    return then();
  }
  stored->fence = std::move(*fence);
  auto position = stored->checkpoint;
  self_->request(parts_.journal, caf::infinite, save_model{std::move(*stored)})
      .then(
          [this, then, position](finished) mutable {
            saved_position_ = position;
            then();
          },
          [this, then](const caf::error& error) mutable {
            auto why = to_failure(error);
            // The next look finds the model that was put in its place.
            if (why.code != errc::model_replaced)
              log().warn("projection {}: its model was not saved, which costs a longer start: {}",
                         called(), to_string(why));
            then();
          });
}

void projector_state::save_now() {
  save([] {});
}

namespace {

projector_actor::behavior_type projector(projector_state::pointer self,
                                         const projector_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew grown) { self->state.on_hint(grown.position); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](try_again) { self->state.on_try_again(); },
      [self](serve_desk) { self->state.on_serve_desk(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

projector_actor spawn_projector(caf::actor_system& system, projector_parts parts) {
  return system.spawn<caf::detached>(projector, std::move(parts));
}

} // namespace annals

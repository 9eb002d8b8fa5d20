#include <annals/actors/projector.hpp>

#include <annals/actors/log.hpp>

#include <caf/typed_response_promise.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

constexpr std::size_t batch_size = 1000;
using clock = std::chrono::steady_clock;

class projector_state {
public:
  static constexpr const char* name = "annals.projector";
  using pointer = projector_actor::stateful_pointer<projector_state>;

  void init(pointer self, projector_parts parts) {
    self_ = self;
    parts_ = std::move(parts);
    if (may_begin_at_once())
      restore();
    save_due_ = clock::now() + parts_.save_interval;
    on_look_again();
  }

  void on_hint(log_position position) {
    if (position > parts_.model->position())
      catch_up();
  }

  void on_go_on() {
    going_on_ = false;
    catch_up();
  }

  // A hint may be lost, and another process may write to the same store.
  void on_look_again() {
    if (finishing_ || model().stopped())
      return;
    catch_up();
    self_->delayed_send(self_, parts_.poll_interval, look_again{});
  }

  caf::result<finished> on_finish() {
    finishing_ = true;
    model().stop({errc::stopping, "the node is stopping; the projection " + model().type().name
                                      + " goes on after the restart"});
    auto promise = self_->make_response_promise<caf::typed_response_promise<finished>>();
    save([promise]() mutable { promise.deliver(finished{}); });
    return caf::delegated<finished>{};
  }

private:
  live_model& model() { return *parts_.model; }

  bool may_begin_at_once() const { return !parts_.held_by || parts_.follows_always; }

  // Whether the model is to be kept here now; one that comes from another node is restored first.
  bool is_at_work() {
    if (parts_.held_by && parts_.held_by->is_ending()) {
      if (!std::exchange(handed_over_, true))
        save([duty = parts_.held_by] { duty->settle(); });
      return parts_.follows_always;
    }
    handed_over_ = false;
    if (may_begin_at_once())
      return true;
    auto fence = parts_.held_by->fence();
    if (fence && fence != taken_under_)
      restore();
    taken_under_ = fence;
    return fence.has_value();
  }

  // A stored model that cannot be used is thrown away, never guessed at: the log has everything.
  void restore() {
    auto stored = parts_.reader->load_model(model().type().name);
    if (!stored)
      return stop(stored.error());
    if (!*stored)
      return;
    auto end = parts_.reader->last_position();
    if (!end)
      return stop(end.error());
    auto restored = model().restore(**stored, *end);
    if (restored) {
      saved_position_ = (*stored)->checkpoint;
      return;
    }
    log().warn("projection {}: the stored model is of no use and is built again from position 0: "
               "{}",
               model().type().name, restored.error().message);
  }

  // One batch at a time, so that other messages get their turn.
  void catch_up() {
    if (project_batch() == batch_size && !std::exchange(going_on_, true))
      self_->send(self_, go_on{});
  }

  // How many events there were.
  std::size_t project_batch() {
    if (finishing_ || model().stopped() || !is_at_work())
      return 0;
    auto events = parts_.reader->read_log(model().position(), batch_size);
    if (!events) {
      complain(events.error());
      return 0;
    }
    trouble_ = {};
    if (auto taken = model().take_in(*events, *parts_.domain); !taken) {
      stop_at_poison(taken.error());
      return 0;
    }
    save_when_due();
    return events->size();
  }

  // The event may have changed half of the model before it threw: what is kept is the model of
  // everything before it.
  void stop_at_poison(const failure& why) {
    if (why.code == errc::domain_threw) {
      auto before = build_anew();
      spoilt_ = before == nullptr;
      if (before)
        model().replace(std::move(before));
    }
    stop(why);
  }

  // Beside the model, which readers may look at meanwhile; null where the log cannot be read.
  std::unique_ptr<projection_instance> build_anew() {
    auto built = model().type().make();
    const auto end = model().position();
    for (log_position position = 0; position < end;) {
      auto events = parts_.reader->read_log(position, std::min(batch_size, end - position));
      if (!events || events->empty())
        return nullptr;
      for (const auto& event : *events)
        if (event.position <= end && !parts_.domain->project(*built, event))
          return nullptr;
      position = events->back().position;
    }
    return built;
  }

  // The store may come back, so the projector looks again; the log hears of each trouble once.
  void complain(const failure& why) {
    if (trouble_ != why)
      log().warn("projection {} cannot read the log and tries again: {}", model().type().name,
                 to_string(why));
    trouble_ = why;
  }

  void stop(const failure& why) {
    failure stopped{errc::projection_stopped,
                    "the projection " + model().type().name + " stopped: " + to_string(why)};
    log().error("{}", stopped.message);
    model().stop(std::move(stopped));
  }

  // A large model is saved less often, so that saving stays a small part of the work.
  void save_when_due() {
    auto now = clock::now();
    if (now < save_due_)
      return;
    save([] {});
    auto took = clock::now() - now;
    save_due_ = clock::now() + std::max<clock::duration>(parts_.save_interval, 20 * took);
  }

  template <class Then>
  void save(Then then) {
    auto fence = parts_.held_by ? parts_.held_by->fence() : std::optional{lease_fence{}};
    if (spoilt_ || model().position() == saved_position_ || !fence)
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
            [this, then](const caf::error& why) mutable {
              log().warn("projection {}: its model was not saved, which costs a longer start: {}",
                         model().type().name, to_string(to_failure(why)));
              then();
            });
  }

  pointer self_ = nullptr;
  projector_parts parts_;
  log_position saved_position_ = 0;
  clock::time_point save_due_{};
  failure trouble_;
  // The lease under which the model was last taken over.
  std::optional<lease_fence> taken_under_;
  // Whether the model was stored for the next node.
  bool handed_over_ = false;
  // Whether an event has changed the model by half, and it could not be built anew without.
  bool spoilt_ = false;
  bool going_on_ = false;
  bool finishing_ = false;
};

projector_actor::behavior_type projector(projector_state::pointer self,
                                         const projector_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew grown) { self->state.on_hint(grown.position); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

projector_actor spawn_projector(caf::actor_system& system, projector_parts parts) {
  return system.spawn<caf::detached>(projector, std::move(parts));
}

} // namespace annals

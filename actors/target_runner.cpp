#include <annals/actors/target_runner.hpp>

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <optional>

namespace annals {

namespace {

// Between two attempts at a target that fails for a reason that may pass.
constexpr std::chrono::milliseconds longest_back_off{10'000};

class target_runner_state {
public:
  static constexpr const char* name = "annals.target_runner";
  using pointer = target_runner_actor::stateful_pointer<target_runner_state>;

  void init(pointer self, target_runner_parts parts) {
    self_ = self;
    parts_ = std::move(parts);
    on_look_again();
  }

  void on_hint(log_position position) {
    if (position > parts_.board->position())
      on_go_on();
  }

  void on_go_on() {
    if (finishing_ || parts_.board->stopped() || clock::now() < not_before_)
      return;
    auto done = step();
    if (!done)
      settle(done.error());
    else if (*done)
      self_->send(self_, go_on{});
  }

  void on_look_again() {
    if (finishing_)
      return;
    on_go_on();
    self_->delayed_send(self_, parts_.poll_interval, look_again{});
  }

  finished on_finish() {
    finishing_ = true;
    target_.reset();
    parts_.board->stop({errc::stopping, "the node is stopping; the target " + parts_.settings.name
                                            + " goes on after the restart"});
    return {};
  }

private:
  using clock = std::chrono::steady_clock;

  // Whether there is more to do at once.
  result<bool> step() {
    if (auto known = find_position(); !known)
      return known.error();
    auto stored = parts_.reader->read_log(*position_, parts_.settings.largest_batch);
    if (!stored)
      return stored.error();
    if (stored->empty() || waits_for_others(stored->size()))
      return false;
    std::vector<recorded_event> events;
    for (const auto& event : *stored) {
      auto present = parts_.domain->in_present_form(event);
      if (!present)
        return present.error();
      events.insert(events.end(), present->begin(), present->end());
    }
    const auto to = stored->back().position;
    if (auto taken = target_->take_in({*position_, to, events}); !taken)
      return taken.error();
    position_ = to;
    first_seen_.reset();
    failures_ = 0;
    trouble_ = {};
    parts_.board->reached(to);
    return stored->size() == parts_.settings.largest_batch;
  }

  // The target itself says where it is.
  result<void> find_position() {
    if (position_)
      return {};
    if (!target_) {
      auto opened = parts_.settings.open();
      if (!opened)
        return opened.error();
      target_ = std::move(*opened);
    }
    auto position = target_->position();
    auto end = parts_.reader->last_position();
    if (!position || !end)
      return !position ? position.error() : end.error();
    if (*position > *end)
      return failure{errc::invalid_argument,
                     "the target is at position " + std::to_string(*position)
                         + ", ahead of the log, which ends at " + std::to_string(*end)
                         + ": the log is another one, or was restored from a backup; make the "
                           "target anew"};
    position_ = *position;
    parts_.board->reached(*position);
    return {};
  }

  bool waits_for_others(std::size_t count) {
    if (count == parts_.settings.largest_batch || parts_.settings.longest_wait.count() == 0)
      return false;
    if (!first_seen_) {
      first_seen_ = clock::now();
      self_->delayed_send(self_, parts_.settings.longest_wait, go_on{});
    }
    return clock::now() < *first_seen_ + parts_.settings.longest_wait;
  }

  void settle(const failure& why) {
    position_.reset();
    ++failures_;
    bool again = why.code != errc::unknown_event_type && why.code != errc::undecodable
                 && why.code != errc::invalid_argument
                 && (why.code != errc::domain_threw || failures_ <= parts_.poison_retries);
    if (!again)
      return stop(why);
    if (trouble_ != why)
      log().warn("the target {} has failed and is tried again: {}", parts_.settings.name,
                 to_string(why));
    trouble_ = why;
    const auto wait =
        std::min(parts_.poison_back_off * (1U << std::min(failures_ - 1, 16U)), longest_back_off);
    not_before_ = clock::now() + wait;
    self_->delayed_send(self_, wait, go_on{});
  }

  void stop(const failure& why) {
    failure stopped{errc::projection_stopped,
                    "the target " + parts_.settings.name + " stopped: " + to_string(why)};
    log().error("{}", stopped.message);
    parts_.board->stop(std::move(stopped));
  }

  pointer self_ = nullptr;
  target_runner_parts parts_;
  std::unique_ptr<projection_target> target_;
  // Nothing where the target has to be asked.
  std::optional<log_position> position_;
  std::optional<clock::time_point> first_seen_;
  clock::time_point not_before_{};
  std::uint32_t failures_ = 0;
  failure trouble_;
  bool finishing_ = false;
};

target_runner_actor::behavior_type target_runner(target_runner_state::pointer self,
                                                 const target_runner_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew grown) { self->state.on_hint(grown.position); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

target_runner_actor spawn_target_runner(caf::actor_system& system, target_runner_parts parts) {
  return system.spawn<caf::detached>(target_runner, std::move(parts));
}

} // namespace annals

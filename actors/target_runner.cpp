#include <annals/actors/target_runner.hpp>

#include <annals/actors/log.hpp>
#include <annals/actors/target_runner_state.hpp>
#include <annals/messages/stable_hash.hpp>

#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

// Between two attempts at a target that fails for a reason that may pass.
constexpr std::chrono::milliseconds longest_back_off{10'000};

} // namespace

bool fails_for_good(errc code) noexcept {
  return code == errc::domain_threw || code == errc::undecodable || code == errc::invalid_argument;
}

void target_runner_state::init(pointer self, target_runner_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  limit_ = parts_.settings.largest_batch;
  parts_.desk->open(
      [to = caf::actor_cast<target_runner_actor>(self)] { caf::anon_send(to, serve_desk{}); });
  on_look_again();
}

void target_runner_state::on_hint(log_position position) {
  if (position > parts_.board->position())
    work();
}

void target_runner_state::on_go_on() {
  going_on_ = false;
  work();
}

void target_runner_state::work() {
  if (finishing_ || !is_at_work() || parts_.board->stopped() || clock::now() < not_before_)
    return;
  auto done = step();
  if (!done)
    settle(done.error());
  else if (*done)
    go_on_soon();
}

void target_runner_state::on_look_again() {
  if (finishing_)
    return;
  if (is_at_work())
    look_for_orders();
  work();
  publish_now_and_then();
  self_->delayed_send(self_, parts_.poll_interval, look_again{});
}

finished target_runner_state::on_finish() {
  finishing_ = true;
  publish();
  parts_.desk->close();
  target_.reset();
  parts_.board->stop({errc::stopping, "the node is stopping; the target " + parts_.settings.name
                                          + " goes on after the restart"});
  return {};
}

void target_runner_state::go_on_soon() {
  if (!std::exchange(going_on_, true))
    self_->send(self_, go_on{});
}

// Whether this node runs it now; where it comes from another one, everything is asked anew.
bool target_runner_state::is_at_work() {
  const auto& duty = parts_.held_by;
  if (!duty)
    return true;
  auto fence = duty->fence();
  if (duty->is_ending()) {
    if (!std::exchange(handed_over_, true)) {
      publish();
      duty->settle();
    }
    fence.reset();
  } else {
    handed_over_ = false;
  }
  if (fence == taken_under_)
    return fence.has_value();
  taken_under_ = fence;
  target_.reset();
  position_.reset();
  published_.reset();
  notes_.reset();
  failures_ = 0;
  not_before_ = {};
  if (fence)
    parts_.board->go_on();
  return fence.has_value();
}

// Whether there is more to do at once.
result<bool> target_runner_state::step() {
  if (auto good = prepare(); !good)
    return good.error();
  if (notes_->paused)
    return false;
  auto stored = parts_.reader->read_log(read_to_, limit_);
  if (!stored)
    return stored.error();
  if (stored->empty() || waits_for_others(stored->size()))
    return false;
  const bool is_full = stored->size() == limit_;
  const auto end = stored->back().position;
  std::erase_if(*stored, [&](const auto& event) {
    return part_of_stream(event.stream, parts_.part.of) != parts_.part.index;
  });
  auto next = portion_of(*stored, end);
  if (!next)
    return next.error().code == errc::undecodable || next.error().code == errc::unknown_event_type
               ? meet_poison({stored->front()}, next.error())
               : next.error();
  const bool more = is_full || next->to != end;
  std::erase_if(*stored, [&](const auto& event) { return event.position > next->to; });
  const bool is_narrow = limit_ < parts_.settings.largest_batch;
  if (is_worth_a_batch(*next)) {
    if (auto taken = hand_over(next->to, next->events, false); !taken)
      return next->events.empty() ? taken.error() : meet_poison(*stored, taken.error());
    position_ = next->to;
  }
  went_well(next->to);
  return more || is_narrow;
}

// Up to an event that cannot be read, and `end` where there is none; that one itself only where it
// is the first.
result<target_runner_state::portion>
target_runner_state::portion_of(const std::vector<recorded_event>& stored, log_position end) {
  portion made{read_to_, {}};
  bool broken_off = false;
  bool parked = false;
  for (const auto& event : stored) {
    if (notes_->leaves_out(event.position)) {
      made.to = event.position;
      continue;
    }
    if (parks_by_stream() && notes_->has_parked(event.stream)) {
      failure behind{errc::projection_stopped, "an earlier event of its stream is parked"};
      if (auto good = park(event, std::move(behind), 0); !good)
        return good.error();
      parked = true;
      made.to = event.position;
      continue;
    }
    auto present = parts_.domain->in_present_form(event);
    if (!present && made.to == read_to_)
      return present.error();
    if (!present) {
      broken_off = true;
      break;
    }
    made.events.insert(made.events.end(), present->begin(), present->end());
    made.to = event.position;
  }
  if (!broken_off)
    made.to = end;
  if (parked)
    if (auto kept = store_notes(); !kept)
      return kept.error();
  return made;
}

bool target_runner_state::waits_for_others(std::size_t count) {
  if (count == limit_ || parts_.settings.longest_wait.count() == 0
      || limit_ < parts_.settings.largest_batch)
    return false;
  if (!first_seen_) {
    first_seen_ = clock::now();
    self_->delayed_send(self_, parts_.settings.longest_wait, go_on{});
  }
  return clock::now() < *first_seen_ + parts_.settings.longest_wait;
}

void target_runner_state::went_well(log_position to) {
  read_to_ = to;
  limit_ = std::min(2 * limit_, parts_.settings.largest_batch);
  first_seen_.reset();
  failures_ = 0;
  trouble_ = {};
  parts_.board->reached(to);
}

void target_runner_state::settle(const failure& why) {
  position_.reset();
  bool again = why.code != errc::unknown_event_type && why.code != errc::projection_stopped
               && (!fails_for_good(why.code)
                   || (why.code == errc::domain_threw && failures_ < parts_.poison_retries));
  return again ? try_later(why) : stop(why);
}

void target_runner_state::try_later(const failure& why) {
  ++failures_;
  if (trouble_ != why)
    log().warn("the target {} has failed and is tried again: {}", parts_.settings.name,
               to_string(why));
  trouble_ = why;
  const auto wait =
      std::min(parts_.poison_back_off * (1U << std::min(failures_ - 1, 16U)), longest_back_off);
  not_before_ = clock::now() + wait;
  self_->delayed_send(self_, wait, go_on{});
}

void target_runner_state::stop(const failure& why) {
  failure stopped{errc::projection_stopped,
                  "the target " + parts_.settings.name + " stopped: " + to_string(why)};
  log().error("{}", stopped.message);
  if (notes_) {
    notes_->stopped = stopped.message;
    if (auto kept = store_notes(); !kept)
      log().warn("the target {}: that it has stopped is not stored: {}", parts_.settings.name,
                 to_string(kept.error()));
  }
  parts_.board->stop(std::move(stopped));
}

namespace {

target_runner_actor::behavior_type target_runner(target_runner_state::pointer self,
                                                 const target_runner_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew grown) { self->state.on_hint(grown.position); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](serve_desk) { self->state.on_serve_desk(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

target_runner_actor spawn_target_runner(caf::actor_system& system, target_runner_parts parts) {
  return system.spawn<caf::detached>(target_runner, std::move(parts));
}

} // namespace annals

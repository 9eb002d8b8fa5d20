#include <annals/actors/handout_state.hpp>

#include <annals/actors/log.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <spdlog/logger.h>

namespace annals {

namespace {

constexpr std::size_t read_at_once = 1000;
// So many wait to be handed out before the log is read on.
constexpr std::size_t enough_waiting = 1000;

} // namespace

void handout_state::init(pointer self, handout_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  const auto& settings = parts_.settings;
  acknowledged_ = parts_.begin;
  handout_.emplace(settings.partitions, settings.window, settings.one_active);
  on_look_again();
}

void handout_state::on_hint() {
  more_ = true;
  pump();
}

void handout_state::on_go_on() {
  going_on_ = false;
  pump();
}

void handout_state::on_look_again() {
  if (finishing_ || stopped_)
    return;
  on_hint();
  self_->delayed_send(self_, parts_.poll_interval, look_again{});
}

void handout_state::on_join(consumer_joins joining) {
  handout_->join(joining.consumer);
  actors_.emplace(joining.consumer, std::move(joining.actor));
  on_hint();
}

void handout_state::on_leave(handout::consumer_id consumer) {
  handout_->leave(consumer);
  actors_.erase(consumer);
  pump();
}

void handout_state::on_acknowledge(const acknowledge& done) {
  handout_->acknowledge(done.consumer, done.position);
  pump();
}

void handout_state::stop(const failure& why) {
  if (stopped_)
    return;
  stopped_ = why;
  log().error("{}", why.message);
  publish();
}

bool handout_state::may_read() const {
  return more_ && !stopped_ && !stops_with_ && !actors_.empty() && handout_->read_to()
         && handout_->waiting() < enough_waiting;
}

void handout_state::pump() {
  if (!finishing_ && !stopped_) {
    if (may_read())
      read();
    for (auto& one : handout_->give())
      self_->send(actors_.at(one.to),
                  given_events{one.position, std::move(one.what), turns_.at(one.part).withdrawn});
    if (may_read() && !std::exchange(going_on_, true))
      self_->send(self_, go_on{});
    // What stands before it is given first.
    if (stops_with_ && handout_->waiting() == 0)
      stop(*stops_with_);
  }
  if (!finishing_)
    save_when_due();
  settle_what_is_done();
  publish();
}

void handout_state::read() {
  auto events = parts_.reader->read_log(*handout_->read_to(), read_at_once);
  more_ = events && events->size() == read_at_once;
  if (!events)
    return complain(events.error());
  trouble_ = {};
  for (const auto& event : *events) {
    auto part = handout_->wants(event.position, event.stream);
    if (!part)
      continue;
    auto passed = present(event);
    if (!passed) {
      handout_->has_read(event.position - 1);
      stops_with_ = {passed.error().code, "the subscription " + annals::quoted(parts_.settings.name)
                                              + " stopped: " + passed.error().message};
      return;
    }
    handout_->take_in(*part, event.position, event.stream, std::move(*passed));
  }
  if (!events->empty())
    handout_->has_read(events->back().position);
}

// What the event stands for and passes the filter; null for nothing.
result<handout::events> handout_state::present(const recorded_event& stored) const {
  const auto& filter = parts_.settings.filter;
  if (!filter.takes_stream(stored.stream))
    return handout::events{};
  auto events = parts_.domain->in_present_form(stored);
  if (!events)
    return events.error();
  auto passed = std::make_shared<std::vector<recorded_event>>();
  try {
    for (const auto& event : *events)
      if (filter.takes(event))
        passed->push_back(event);
  } catch (...) {
    return failure{errc::domain_threw,
                   "its predicate threw at " + describe(stored) + ": " + what_was_thrown()};
  }
  return handout::events{std::move(passed)};
}

// The store may come back; the log hears of each trouble once.
void handout_state::complain(const failure& why) {
  if (trouble_ != why)
    log().warn("the subscription {} cannot read the log and tries again: {}",
               annals::quoted(parts_.settings.name), to_string(why));
  trouble_ = why;
}

void handout_state::publish() {
  std::optional<log_position> least;
  for (const auto& [part, of] : turns_)
    least = std::min(handout_->acknowledged(part), least.value_or(handout_->acknowledged(part)));
  acknowledged_ = least.value_or(acknowledged_);
  subscription_status now{parts_.settings.name, acknowledged_, handout_->in_flight(),
                          handout_->consumers(), stopped_};
  now.partitions = parts_.settings.partitions;
  now.partitions_here = static_cast<std::uint32_t>(turns_.size());
  parts_.status->set(std::move(now));
}

namespace {

handout_actor::behavior_type hand_out(handout_state::pointer self, const handout_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](log_grew) { self->state.on_hint(); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](consumer_joins& joining) { self->state.on_join(std::move(joining)); },
      [self](const consumer_leaves& leaving) {
        self->state.on_leave(leaving.consumer);
        return finished{};
      },
      [self](part_begins& beginning) { self->state.on_begin(std::move(beginning)); },
      [self](const part_ends& ending) { return self->state.on_end(ending); },
      [self](const part_is_late& late) { self->state.on_late(late); },
      [self](const acknowledge& done) { self->state.on_acknowledge(done); },
      [self](const give_up& gave_up) { self->state.stop(gave_up.why); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

handout_actor spawn_handout(caf::actor_system& system, handout_parts parts) {
  return system.spawn<caf::detached>(hand_out, std::move(parts));
}

} // namespace annals

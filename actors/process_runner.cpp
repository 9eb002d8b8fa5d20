#include <annals/actors/process_runner.hpp>

#include <annals/actors/log.hpp>
#include <annals/actors/process_runner_state.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

// How much of each kind a round reacts to, so that other messages get their turn.
constexpr std::size_t round_size = 1000;
constexpr std::size_t resumed_at_once = 100;

using std::chrono::milliseconds;
constexpr milliseconds shortest_pause{20};
constexpr milliseconds longest_retry_pause{5000};

} // namespace

void process_runner_state::init(pointer self, process_runner_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  window_ = parts_.commands_under_way;
  live_processes::parts live;
  live.domain = parts_.domain;
  live.type = parts_.type;
  live.reader = parts_.reader.get();
  live.clock = parts_.clock;
  live.most_reactions = parts_.most_reactions;
  live.largest_payload = parts_.largest_payload;
  live.most_live = parts_.live_processes;
  live_.emplace(std::move(live));
  save_due_ = clock::now() + parts_.save_interval;
  on_look_again();
}

void process_runner_state::on_hint(log_position position) {
  if (position > position_)
    advance();
}

void process_runner_state::on_go_on() {
  going_on_ = false;
  advance();
}

// A hint may be lost, another process may write to the same store, and timers come due.
void process_runner_state::on_look_again() {
  if (finishing_ || stopped_)
    return;
  if (!restored_)
    restore();
  advance();
  self_->delayed_send(self_, parts_.poll_interval, look_again{});
}

void process_runner_state::go_on_soon() {
  if (!std::exchange(going_on_, true))
    self_->send(self_, go_on{});
}

void process_runner_state::advance() {
  if (caught_up_)
    send_waiting();
  if (!may_begin() || clock::now() < retry_at_)
    return;
  if (gather())
    run_round();
  else
    save_when_due();
  wake_for_timer();
  publish();
}

// Whether there is something to react to. A round that was not stored is gone through again.
bool process_runner_state::gather() {
  if (!round_.empty())
    return true;
  if (caught_up_ && !to_resume_.empty()) {
    auto first =
        to_resume_.end() - std::min<std::ptrdiff_t>(std::ssize(to_resume_), resumed_at_once);
    round_.resumed.assign(first, to_resume_.end());
    to_resume_.erase(first, to_resume_.end());
    return true;
  }
  if (caught_up_) {
    round_.refusals = std::exchange(refused_, {});
    const auto now = parts_.clock();
    for (const auto& timer : index_.timers()) {
      if (timer.due > now || round_.timers.size() == round_size)
        break;
      round_.timers.push_back(timer.id);
    }
  }
  gather_log();
  return !round_.empty();
}

// Where many commands have no answer yet the log waits: what it would bring would wait as well.
void process_runner_state::gather_log() {
  if (caught_up_ && index_.commands().size() >= parts_.commands_under_way + parked_)
    return;
  auto events = parts_.reader->read_log(position_, round_size);
  if (!events)
    return complain(events.error());
  for (std::size_t i = 0; i < events->size(); ++i)
    if (auto taken = take_in((*events)[i]); !taken) {
      poison_ = taken.error();
      events->resize(i);
      break;
    }
  bool ends = events->size() < round_size && !poison_;
  round_.events = std::move(*events);
  if (ends && !std::exchange(caught_up_, true))
    go_on_soon();
  if (poison_ && round_.empty())
    stop(*poison_);
}

// An event of a command says that the command was carried out, also where nobody waits any more for
// the answer; an event of a process of ours, what there is to do.
result<void> process_runner_state::take_in(const recorded_event& event) {
  if (event.type != reacted::name.text()) {
    if (index_.settle(event.causation_id))
      go_on_soon();
    return {};
  }
  if (split_stream_name(event.stream).aggregate != parts_.type->name)
    return {};
  auto reaction = decode_reacted(event);
  if (!reaction)
    return reaction.error();
  live_->met(event.correlation_id, event.version);
  index_.take_in(event.correlation_id, *reaction);
  if (caught_up_ && !reaction->commands.empty())
    go_on_soon();
  return {};
}

void process_runner_state::run_round() {
  reacting_ = true;
  round_.failed.reset();
  react_to_all();
  auto appends = live_->take_appends();
  if (round_.failed) // nothing of it is stored, and all of it is done again
    return end_round();
  round_.appends = appends.size();
  for (auto& request : appends) {
    request.extras.fence = parts_.fence;
    self_->send(parts_.journal, append{std::move(request)},
                appender_actor{process_runner_actor{self_}});
  }
  if (appends.empty())
    end_round();
}

void process_runner_state::on_append_done(const append_done& done) {
  if (!done.outcome)
    round_.failed = done.outcome.error();
  if (--round_.appends == 0)
    end_round();
}

void process_runner_state::end_round() {
  reacting_ = false;
  live_->settle_appends(!round_.failed);
  if (round_.failed) {
    // They go on when the round is stored; what is saved before has to say that they did not.
    for (const auto& process : round_.resumed)
      index_.stop(process);
    retry_round(*round_.failed);
  } else {
    if (!round_.events.empty())
      position_ = round_.events.back().position;
    for (const auto& command : round_.refusals)
      if (const auto* open = index_.find(command); open && open->is == open_command::state::refused)
        index_.settle(command);
    for (const auto& timer : round_.timers)
      index_.drop_timer(timer);
    round_ = {};
    failures_ = 0;
    go_on_soon();
    if (poison_)
      stop(*poison_);
  }
  publish();
  finish_if_idle();
}

// Another writer was first, or the store has a bad time.
void process_runner_state::retry_round(const failure& why) {
  if (why.code != errc::version_conflict)
    complain(why);
  poison_.reset();
  auto pause = std::min(shortest_pause * (1U << std::min(failures_++, 10U)), longest_retry_pause);
  retry_at_ = clock::now() + pause;
  self_->delayed_send(self_, pause, go_on{});
}

namespace {

process_runner_actor::behavior_type process_runner(process_runner_state::pointer self,
                                                   const process_runner_parts& parts) {
  self->state.init(self, parts);
  return {
      [self](const append_done& done) { self->state.on_append_done(done); },
      [self](log_grew grown) { self->state.on_hint(grown.position); },
      [self](go_on) { self->state.on_go_on(); },
      [self](look_again) { self->state.on_look_again(); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

std::string process_model_name(std::string_view process) {
  return "annals.process." + std::string{process};
}

process_runner_actor spawn_process_runner(caf::actor_system& system, process_runner_parts parts) {
  return system.spawn<caf::detached>(process_runner, std::move(parts));
}

} // namespace annals

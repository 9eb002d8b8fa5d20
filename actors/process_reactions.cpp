#include <annals/actors/log.hpp>
#include <annals/actors/process_runner_state.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

constexpr std::size_t correlated_page = 1000;
constexpr std::size_t listed_processes = 100;

} // namespace

// Up to the first thing that cannot be reacted to, which ends the round there.
void process_runner_state::react_to_all() {
  auto some = [this](auto& inputs, auto react) {
    std::size_t done = 0;
    while (going() && done < inputs.size())
      if (react(inputs[done]); going())
        ++done;
    if (!round_.failed)
      inputs.resize(done);
  };
  some(round_.resumed, [this](const uuid& process) { resume(process); });
  some(round_.refusals, [this](const uuid& command) { react_to_refusal(command); });
  some(round_.timers, [this](const uuid& timer) { react_to_timer(timer); });
  some(round_.events, [this](const recorded_event& event) { react_to(event); });
}

void process_runner_state::react_to(const recorded_event& event) {
  if (event.type == reacted::name.text())
    return;
  auto present = parts_.domain->in_present_form(event);
  if (!present) {
    poison_ = present.error();
    return;
  }
  if (std::none_of(present->begin(), present->end(),
                   [&](const auto& one) { return parts_.type->reacts_to_event(one.type); }))
    return;
  // An event without a correlation id is a request of its own.
  const auto& process = event.correlation_id.is_nil() ? event.id : event.correlation_id;
  if (!index_.stopped().contains(process))
    settle(process, live_->react(process, event, *present));
}

void process_runner_state::react_to_timer(const uuid& timer) {
  const auto& timers = index_.timers().get<process_index::by_id>();
  auto found = timers.find(timer);
  if (found == timers.end())
    return;
  const auto process = found->process;
  settle(process, live_->react(process, timer));
}

void process_runner_state::react_to_refusal(const uuid& command) {
  const auto* open = index_.find(command);
  if (open == nullptr)
    return;
  const auto process = open->process;
  if (index_.stopped().contains(process))
    return park(command);
  settle(process, live_->react(process, open->what, open->why));
  if (index_.stopped().contains(process))
    park(command);
}

// What its correlation id has brought since it stopped comes first.
void process_runner_state::resume(const uuid& process) {
  auto standing = live_->look_up(process);
  if (!standing)
    return settle(process, standing.error());
  index_.resume(process);
  for (const auto& timer : standing->timers)
    index_.add_timer(process, timer);
  for (auto after = standing->position; after < position_;) {
    auto events = parts_.reader->find_by_correlation(process, after, correlated_page);
    if (!events) {
      round_.failed = events.error();
      break;
    }
    for (const auto& event : *events)
      if (going() && event.position <= position_)
        react_to(event);
    if (!going() || events->size() < correlated_page)
      break;
    after = events->back().position;
  }
  // What it has missed of the log is not read again but for one that is stored as stopped.
  if (!going())
    index_.stop(process);
}

void process_runner_state::settle(const uuid& process, const live_processes::answer& answer) {
  using kind = live_processes::trouble::kind;
  if (answer)
    return;
  const auto& why = answer.error().why;
  switch (answer.error().what) {
    case kind::reading: round_.failed = why; break;
    case kind::process: stop_process(process, why); break;
    case kind::poison: poison_ = why; break;
  }
}

void process_runner_state::park(const uuid& command) {
  index_.change(command, [](open_command& open) { open.is = open_command::state::parked; });
  ++parked_;
}

void process_runner_state::stop_process(const uuid& process, const failure& why) {
  if (index_.stopped().contains(process))
    return;
  index_.stop(process);
  log().error("{}", why.message);
  parts_.board->write([&](process_status& status) {
    status.stopped_processes = index_.stopped().size();
    if (status.stopped_first.size() < listed_processes)
      status.stopped_first.push_back({process, why});
  });
}

void process_runner_state::stop(const failure& why) {
  if (std::exchange(stopped_, true))
    return;
  failure because{errc::process_stopped,
                  "the process manager " + parts_.type->name + " stopped: " + to_string(why)};
  log().error("{}", because.message);
  parts_.board->write([&](process_status& status) { status.stopped = std::move(because); });
}

} // namespace annals

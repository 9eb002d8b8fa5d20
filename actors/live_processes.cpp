#include <annals/actors/live_processes.hpp>

#include <annals/messages/json.hpp>
#include <annals/messages/json/slices.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace annals {

namespace {

// What JSON can hold: the last moment of the year 9999, and the first of the year 0.
constexpr timestamp latest{std::chrono::microseconds{253'402'300'799'999'999}};
constexpr timestamp earliest{std::chrono::microseconds{-62'167'219'200'000'000}};

timestamp later(timestamp time, std::chrono::milliseconds length) {
  using std::chrono::duration_cast;
  if (length >= std::chrono::ceil<std::chrono::milliseconds>(latest - time))
    return latest;
  if (length <= std::chrono::floor<std::chrono::milliseconds>(earliest - time))
    return earliest;
  return time + duration_cast<timestamp::duration>(length);
}

} // namespace

// -- reacting ------------------------------------------------------------------

live_processes::answer live_processes::check_limit(const instance& of) const {
  if (of.version < parts_.most_reactions)
    return {};
  return trouble{
      trouble::kind::process,
      {errc::process_stopped,
       "the process manager " + parts_.type->name + " has reacted " + std::to_string(of.version)
           + " times for the correlation id " + to_string(of.id)
           + ", as often as config::most_reactions allows, and is stopped there; does it answer "
             "each event with more commands for ever?"}};
}

live_processes::answer live_processes::react(const uuid& process, const recorded_event& stored,
                                             const present_events& present) {
  auto found = find(process);
  if (!found)
    return found.error();
  auto& self = **found;
  if (self.completed || stored.position <= self.position)
    return {};
  if (auto good = check_limit(self); !good)
    return good;
  const auto before = self.news.size();
  input from{reaction_cause::event, stored.id, stored.time, stored.position, 0};
  for (const auto& event : present) {
    if (!parts_.type->reacts_to_event(event.type) || self.completed)
      continue;
    auto made = self.process->react(event);
    auto added = made ? add(self, from, *made) : result<void>{made.error()};
    if (!added) { // all of what the event stands for, or none of it
      self.version -= self.news.size() - before;
      self.news.resize(before);
      return spoil(self, added.error());
    }
    ++from.number;
  }
  return {};
}

live_processes::answer live_processes::react(const uuid& process, const uuid& timer) {
  auto found = find(process);
  if (!found)
    return found.error();
  auto& self = **found;
  auto set = self.timers.find(timer);
  if (self.completed || set == self.timers.end())
    return {};
  if (auto good = check_limit(self); !good)
    return good;
  auto made = self.process->react(due_timer{body_of(set->second), set->second.due});
  if (!made)
    return spoil(self, in_process(process, made.error()));
  input from{reaction_cause::timer, timer, set->second.due, self.position, 0};
  if (auto added = add(self, from, *made); !added)
    return spoil(self, added.error());
  return {};
}

live_processes::answer live_processes::react(const uuid& process, const stored_command& command,
                                             const failure& why) {
  auto found = find(process);
  if (!found)
    return found.error();
  auto& self = **found;
  if (self.completed || !self.sent.contains(command.id))
    return {};
  if (auto good = check_limit(self); !good)
    return good;
  auto body = command_body::json(command.command, command.body.text, command.schema_version);
  const auto* aggregate = parts_.domain->find_aggregate(command.aggregate);
  if (aggregate != nullptr)
    if (auto present = parts_.domain->present_command(*aggregate, body))
      body = std::move(*present);
  auto made = self.process->react(
      refused_command{command.aggregate, command.instance, std::move(body), why});
  if (!made)
    return spoil(self, in_process(process, made.error()));
  input from{reaction_cause::refusal, command.id, parts_.clock(), self.position, 0};
  if (auto added = add(self, from, *made); !added)
    return spoil(self, added.error());
  return {};
}

command_body live_processes::body_of(const stored_timer& timer) const {
  return command_body::json(timer.message, timer.body.text, timer.schema_version);
}

// What was added before stays: it is stored, and the instance is then loaded anew.
live_processes::answer live_processes::spoil(instance& of, const failure& why) {
  of.spoilt = true;
  if (std::ranges::find(touched_, &of) == touched_.end())
    touched_.push_back(&of);
  return trouble{trouble::kind::poison, why};
}

result<reacted> live_processes::describe_reaction(instance& of, const input& from,
                                                  const reaction& made, const uuid& id) const {
  auto state = of.process->to_json();
  if (!state)
    return state.error();
  reacted event{from.cause, from.id, from.position,   parts_.type->schema_version, {*state},
                {},         {},      made.completes()};
  std::size_t number = 0;
  for (const auto& command : made.commands()) {
    auto body = command.body.to_json();
    if (!body)
      return body.error();
    event.commands.push_back({derive_id(id, "command " + std::to_string(number++)),
                              command.aggregate,
                              command.id,
                              std::string{command.body.name()},
                              command.body.schema_version(),
                              {std::move(*body)}});
  }
  number = 0;
  for (const auto& timer : made.timers()) {
    auto body = timer.message.to_json();
    if (!body)
      return body.error();
    event.timers.push_back({derive_id(id, "timer " + std::to_string(number++)),
                            later(from.time, timer.after),
                            std::string{timer.message.name()},
                            timer.message.schema_version(),
                            {std::move(*body)}});
  }
  return event;
}

result<void> live_processes::add(instance& to, const input& from, const reaction& made) {
  auto id = derive_id(from.id, parts_.type->name + ' ' + to_string(to.id) + ' '
                                   + std::to_string(from.number));
  auto event = describe_reaction(to, from, made, id);
  if (!event)
    return in_process(to.id, event.error());
  // An event that means nothing to the process leaves no trace: reacting to it again is the same.
  bool idle = event->commands.empty() && event->timers.empty() && !event->completed
              && event->state.text == to.state;
  if (from.cause == reaction_cause::event && idle)
    return {};
  new_event stored;
  auto written = append_json(stored.payload, *event);
  if (written && stored.payload.size() > parts_.largest_payload)
    written = failure{errc::too_large, "its reaction has " + std::to_string(stored.payload.size())
                                           + " bytes, more than config::largest_payload allows"};
  if (written)
    written = check_json(stored.payload);
  if (!written)
    return in_process(to.id, written.error());
  stored.id = id;
  stored.type = reacted::name.text();
  stored.schema_version = reacted::name.schema_version();
  stored.time = parts_.clock();
  stored.correlation_id = to.id;
  stored.causation_id = from.id;
  if (to.news.empty() && !to.spoilt)
    touched_.push_back(&to);
  to.news.push_back(std::move(stored));
  ++to.version;
  to.state = event->state.text;
  to.position = from.position;
  to.completed = event->completed;
  to.sent.erase(from.id);
  to.timers.erase(from.id);
  for (const auto& command : event->commands)
    to.sent.insert(command.id);
  for (auto& timer : event->timers)
    to.timers.emplace(timer.id, std::move(timer));
  return {};
}

// -- storing -------------------------------------------------------------------

std::vector<append_request> live_processes::take_appends() {
  std::vector<append_request> appends;
  for (auto* one : touched_)
    if (!one->news.empty()) {
      auto before = one->version - one->news.size();
      appends.push_back({stream_of(one->id), before, std::exchange(one->news, {}), {}});
    }
  return appends;
}

void live_processes::settle_appends(bool stored) {
  for (auto* one : std::exchange(touched_, {}))
    if (!stored || one->spoilt)
      forget(uuid{one->id});
  while (instances_.size() > parts_.most_live)
    forget(uuid{instances_.back().id});
}

void live_processes::met(const uuid& process, stream_version version) {
  auto found = by_id_.find(process);
  if (found != by_id_.end() && found->second->version < version)
    forget(process);
}

void live_processes::forget(const uuid& process) {
  auto found = by_id_.find(process);
  instances_.erase(found->second);
  by_id_.erase(found);
}

} // namespace annals

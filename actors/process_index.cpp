#include <annals/actors/process_index.hpp>

#include <annals/messages/json.hpp>

namespace annals {

namespace {

struct kept_command {
  uuid process{};
  stored_command command;
};
BOOST_DESCRIBE_STRUCT(kept_command, (), (process, command))

// The form in which an index is stored.
struct kept_index {
  std::vector<kept_command> commands;
  std::vector<pending_timer> timers;
  std::vector<uuid> stopped;
};
BOOST_DESCRIBE_STRUCT(kept_index, (), (commands, timers, stopped))

} // namespace

void process_index::take_in(const uuid& process, const reacted& event) {
  settle(event.input);
  drop_timer(event.input);
  if (event.completed)
    drop_timers_of(process);
  for (const auto& command : event.commands)
    commands_.push_back({command, process});
  if (event.completed || stopped_.contains(process))
    return;
  for (const auto& timer : event.timers)
    add_timer(process, timer);
}

const open_command* process_index::find(const uuid& command) const {
  const auto& ids = commands_.get<by_id>();
  auto found = ids.find(command);
  return found != ids.end() ? &*found : nullptr;
}

bool process_index::settle(const uuid& command) {
  return commands_.get<by_id>().erase(command) != 0;
}

void process_index::add_timer(const uuid& process, const stored_timer& timer) {
  timers_.insert({timer.id, process, timer.due});
}

void process_index::drop_timer(const uuid& timer) { timers_.get<by_id>().erase(timer); }

void process_index::drop_timers_of(const uuid& process) {
  timers_.get<by_process>().erase(process);
}

void process_index::stop(const uuid& process) {
  stopped_.insert(process);
  drop_timers_of(process); // they are in its stream, for the next start
}

result<std::string> process_index::to_json() const {
  kept_index kept;
  for (const auto& one : commands_)
    kept.commands.push_back({one.process, one.what});
  kept.timers.assign(timers_.begin(), timers_.end());
  kept.stopped.assign(stopped_.begin(), stopped_.end());
  return annals::to_json(kept);
}

result<void> process_index::from_json(std::string_view text) {
  auto kept = annals::from_json<kept_index>(text);
  if (!kept)
    return kept.error();
  *this = {};
  for (auto& one : kept->commands)
    commands_.push_back({std::move(one.command), one.process});
  timers_.insert(kept->timers.begin(), kept->timers.end());
  stopped_.insert(kept->stopped.begin(), kept->stopped.end());
  return {};
}

} // namespace annals

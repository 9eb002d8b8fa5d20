#include <annals/actors/live_processes.hpp>
#include <annals/actors/replay.hpp>

#include <utility>

namespace annals {

namespace {

constexpr std::size_t reactions_a_page = 1000;

} // namespace

std::string live_processes::stream_of(const uuid& process) const {
  return stream_name(parts_.type->name, to_string(process));
}

failure live_processes::in_process(const uuid& process, const failure& why) const {
  return {why.code, "the process " + stream_of(process) + ": " + why.message};
}

boost::system::result<live_processes::instance*, live_processes::trouble>
live_processes::find(const uuid& process) {
  if (auto found = by_id_.find(process); found != by_id_.end()) {
    instances_.splice(instances_.begin(), instances_, found->second);
    return &instances_.front();
  }
  instance fresh;
  fresh.id = process;
  fresh.process = parts_.type->make();
  if (auto loaded = load(fresh); !loaded)
    return trouble{is_transient(loaded.error().code) ? trouble::kind::reading
                                                     : trouble::kind::poison,
                   loaded.error()};
  instances_.push_front(std::move(fresh));
  by_id_.emplace(process, instances_.begin());
  return &instances_.front();
}

result<void> live_processes::load(instance& fresh) const {
  const auto stream = stream_of(fresh.id);
  for (bool more = true; more;) {
    stream_slice slice;
    slice.from = fresh.version + 1;
    slice.limit = reactions_a_page;
    auto page = parts_.reader->read_stream(stream, slice);
    if (!page)
      return page.error();
    for (const auto& stored : *page)
      if (auto taken = take_in(fresh, stored); !taken)
        return taken;
    more = page->size() == reactions_a_page;
  }
  auto state = fresh.process->to_json();
  if (!state)
    return in_process(fresh.id, state.error());
  fresh.state = std::move(*state);
  return {};
}

result<void> live_processes::take_in(instance& loaded, const recorded_event& stored) const {
  if (auto good = check_follows(stored, loaded.version); !good)
    return good;
  auto event = decode_reacted(stored);
  if (!event)
    return event.error();
  loaded.version = stored.version;
  loaded.position = event->position;
  loaded.completed = event->completed;
  loaded.sent.erase(event->input);
  loaded.timers.erase(event->input);
  for (const auto& command : event->commands)
    loaded.sent.insert(command.id);
  for (auto& timer : event->timers)
    loaded.timers.emplace(timer.id, std::move(timer));
  auto restored = parts_.domain->restore(*loaded.process, *parts_.type, event->state_schema_version,
                                         event->state.text);
  if (!restored)
    return failure{restored.error().code, describe(stored) + ": " + restored.error().message};
  return {};
}

boost::system::result<live_processes::standing, live_processes::trouble>
live_processes::look_up(const uuid& process) {
  auto found = find(process);
  if (!found)
    return found.error();
  standing now{(*found)->position, {}};
  if (!(*found)->completed)
    for (const auto& [id, timer] : (*found)->timers)
      now.timers.push_back(timer);
  return now;
}

} // namespace annals

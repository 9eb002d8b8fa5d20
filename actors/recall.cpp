#include <annals/actors/recall.hpp>

#include <annals/persistence/append_rules.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace annals {

namespace {

using entry = command_memory::entry;

constexpr std::size_t page_size = 1000;

entry entry_of(const recorded_event& event) {
  return {event.causation_id, event.version, event.position, 1, true, event.command_digest, {}};
}

entry entry_of(const command_outcome& outcome) {
  entry made{outcome.command_id,
             outcome.version,
             outcome.position,
             outcome.events,
             true,
             outcome.digest,
             {}};
  if (outcome.why)
    made.why = std::make_shared<const failure>(*outcome.why);
  return made;
}

// Newest first. An entry is met at the last of its events.
result<void> recall_events(event_reader& reader, std::string_view stream, const recall_wish& wish,
                           std::vector<entry>& found) {
  stream_slice slice;
  slice.order = direction::backwards;
  slice.limit = page_size;
  for (slice.to = wish.before - 1; slice.to > 0;) {
    auto page = reader.read_stream(stream, slice);
    if (!page)
      return page.error();
    for (const auto& event : *page) {
      if (event.time < wish.since || found.size() > wish.limit)
        return {};
      if (!found.empty() && found.back().id == event.causation_id)
        ++found.back().events;
      else if (!event.causation_id.is_nil())
        found.push_back(entry_of(event));
      slice.to = event.version - 1;
    }
    if (page->size() < page_size)
      return {};
  }
  return {};
}

// The store refuses a second outcome of a command for as long as it has the first one, so that one
// must be found, however many commands are newer and leave no room for it among those remembered.
result<std::vector<entry>> recall_waiting(event_reader& reader, std::string_view stream,
                                          const recall_wish& wish,
                                          std::span<const command_outcome> newest) {
  auto waiting = wish.waiting;
  std::ranges::sort(waiting);
  std::vector<entry> answered;
  for (const auto& outcome : newest)
    if (is_final(outcome) && std::ranges::binary_search(waiting, outcome.command_id))
      answered.push_back(entry_of(outcome));
  if (newest.size() < wish.limit)
    return answered; // these are all that are stored
  for (const auto& id : waiting) {
    if (std::ranges::find(answered, id, &entry::id) != answered.end())
      continue;
    auto outcome = reader.find_outcome(stream, id);
    if (!outcome)
      return outcome.error();
    if (*outcome)
      answered.push_back(entry_of(**outcome));
  }
  return answered;
}

} // namespace

result<recalled_commands> recall(event_reader& reader, std::string_view stream,
                                 const recall_wish& wish) {
  recalled_commands recalled;
  auto& found = recalled.newest;
  if (auto read = recall_events(reader, stream, wish, found); !read)
    return read.error();
  std::ranges::reverse(found);
  // Of any age: while an outcome is stored, the store refuses another one for the same command.
  auto outcomes = reader.read_outcomes(stream, timestamp::min(), wish.limit);
  if (!outcomes)
    return outcomes.error();
  for (auto one = outcomes->rbegin(); one != outcomes->rend(); ++one)
    if (is_final(*one)) // another failure may go away
      found.push_back(entry_of(*one));
  std::ranges::stable_sort(found, {}, &entry::version);
  auto answered = recall_waiting(reader, stream, wish, *outcomes);
  if (!answered)
    return answered.error();
  recalled.answered = std::move(*answered);
  return recalled;
}

void count_event(command_memory& memory, const recorded_event& event) {
  if (event.causation_id.is_nil())
    return;
  if (auto* known = memory.find(event.causation_id)) {
    if (known->version >= event.version)
      return; // recalled before, with all its events
    known->version = event.version;
    known->position = event.position;
    ++known->events;
    return;
  }
  memory.add(entry_of(event));
}

} // namespace annals

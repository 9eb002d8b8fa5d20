#include <annals/persistence/append_rules.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>

namespace annals {

namespace {

failure refuse(std::string why) { return {errc::invalid_argument, std::move(why)}; }

bool is_too_large(const new_event& event) {
  return event.type.size() + event.metadata.size() + event.payload.size() > largest_event;
}

bool has_too_large(const std::vector<new_event>& events) {
  return std::ranges::any_of(events, is_too_large);
}

failure too_large(std::string_view stream) {
  return refuse("an event for stream " + quoted(stream)
                + " is larger than 512 MiB; store large data elsewhere and refer to it");
}

bool stores_beside_events(const append_request& request) {
  const auto& extras = request.extras;
  return !extras.reservations.empty() || !extras.outcomes.empty()
         || std::ranges::any_of(extras.parts,
                                [](const auto& part) { return !part.events.empty(); });
}

result<void> check_parts(const append_request& request) {
  std::vector<std::string_view> names{request.stream};
  for (const auto& part : request.extras.parts) {
    if (part.stream.empty())
      return refuse("a part of the append to stream " + quoted(request.stream)
                    + " names no stream; give the stream's name");
    if (has_too_large(part.events))
      return too_large(part.stream);
    names.push_back(part.stream);
  }
  std::ranges::sort(names);
  auto twice = std::ranges::adjacent_find(names);
  if (twice != names.end())
    return refuse("the append to stream " + quoted(request.stream) + " names stream "
                  + quoted(*twice) + " twice; give each stream once, with all its events");
  return {};
}

result<void> check_outcomes(const append_request& request) {
  using key = std::pair<uuid, std::string_view>;
  std::vector<key> finals;
  for (const auto& outcome : request.extras.outcomes) {
    if (outcome.stream.empty() || outcome.command.empty() || outcome.command_id.is_nil())
      return refuse("an outcome in the append to stream " + quoted(request.stream)
                    + " lacks its stream, its command's name or its command's id; give all three");
    if (is_final(outcome))
      finals.emplace_back(outcome.command_id, outcome.stream);
  }
  std::ranges::sort(finals);
  auto twice = std::ranges::adjacent_find(finals);
  if (twice != finals.end())
    return refuse("the append to stream " + quoted(request.stream)
                  + " has two final outcomes of the command " + to_string(twice->first)
                  + "; give one");
  return {};
}

result<void> check_extras(const append_request& request) {
  const auto& extras = request.extras;
  if (!extras.parts.empty())
    if (auto good = check_parts(request); !good)
      return good;
  if (std::ranges::any_of(extras.reservations, [](const auto& taken) { return taken.set.empty(); }))
    return refuse("a reservation in the append to stream " + quoted(request.stream)
                  + " names no set; say what its value is unique in");
  return extras.outcomes.empty() ? result<void>{} : check_outcomes(request);
}

} // namespace

result<void> check_request(const append_request& request) {
  if (request.stream.empty())
    return refuse("an append names no stream; give the stream's name");
  if (request.events.empty() && !stores_beside_events(request))
    return refuse("the append to stream " + quoted(request.stream)
                  + " stores nothing; give at least one event, reservation or outcome");
  if (has_too_large(request.events))
    return too_large(request.stream);
  if (!request.extras.empty())
    return check_extras(request);
  return {};
}

std::size_t count_events(const append_request& request) noexcept {
  auto count = request.events.size();
  for (const auto& part : request.extras.parts)
    count += part.events.size();
  return count;
}

log_position last_position(std::span<const append_outcome> outcomes) noexcept {
  log_position last = 0;
  for (const auto& outcome : outcomes)
    if (outcome)
      last = std::max(last, outcome->position);
  return last;
}

bool is_final(const command_outcome& outcome) noexcept {
  return !outcome.why || outcome.why->code == errc::rejected
         || outcome.why->code == errc::already_taken;
}

failure version_conflict(std::string_view stream, stream_version expected, stream_version actual) {
  return {errc::version_conflict, "stream " + quoted(stream) + " is at version "
                                      + std::to_string(actual) + ", not at the expected "
                                      + std::to_string(expected) + "; load it and decide again"};
}

failure answered_elsewhere(std::string_view stream, const uuid& command_id) {
  return {errc::version_conflict, "the command " + to_string(command_id) + " for stream "
                                      + quoted(stream)
                                      + " was answered by another node meanwhile; load the stream "
                                        "and its outcomes again"};
}

failure already_taken(const reservation& wanted, std::string_view holder) {
  return {errc::already_taken, "the value " + quoted(wanted.value) + " of " + quoted(wanted.set)
                                   + " is taken by stream " + quoted(holder) + "; choose another"};
}

failure model_replaced(const stored_model& model) {
  return {errc::model_replaced, "the stored read model " + quoted(model.projection)
                                    + " is no longer of generation "
                                    + std::to_string(model.generation)
                                    + ": it was replaced by a rebuild or by hand; load it again"};
}

result<void> check_log_part(log_part part) {
  if (part.of != 0 && part.index < part.of)
    return {};
  return refuse("there is no part " + std::to_string(part.index) + " of " + std::to_string(part.of)
                + " of a log; parts count from 0");
}

failure keeps_no_snapshots() {
  return refuse("no snapshot of a stream would be kept; keep 1 or more");
}

} // namespace annals

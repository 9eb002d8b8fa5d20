#include <annals/persistence/served/remote_appends.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/served/remote_reader.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include <algorithm>

namespace annals::served {

namespace {

// Enough to find one outcome among those of its own moment.
constexpr std::size_t outcomes_looked_at = 1000;

struct stored_events {
  bool are_there = false;
  log_position last = 0;
};

result<stored_events> find_events(event_reader& reader, const std::string& stream,
                                  stream_version expected, const std::vector<new_event>& events) {
  stream_slice slice;
  slice.from = expected + 1;
  slice.limit = events.size();
  auto stored = reader.read_stream(stream, slice);
  if (!stored)
    return stored.error();
  // Nobody else has these ids.
  bool are_there = std::ranges::equal(events, *stored, {}, &new_event::id, &recorded_event::id);
  return stored_events{are_there, are_there ? stored->back().position : 0};
}

result<bool> find_outcome_of(event_reader& reader, const command_outcome& outcome) {
  auto stored = reader.read_outcomes(outcome.stream, outcome.time, outcomes_looked_at);
  if (!stored)
    return stored.error();
  return std::ranges::any_of(*stored, [&](const command_outcome& one) {
    return one.command_id == outcome.command_id && one.time == outcome.time
           && one.digest == outcome.digest;
  });
}

} // namespace

result<std::optional<appended>> find_stored(event_reader& reader, const append_request& request) {
  appended found{request.expected_version + request.events.size(), 0};
  auto look = [&](const std::string& stream, stream_version expected,
                  const std::vector<new_event>& events) -> result<bool> {
    if (events.empty())
      return true;
    auto stored = find_events(reader, stream, expected, events);
    if (!stored)
      return stored.error();
    found.position = stored->last;
    return stored->are_there;
  };
  auto are_there = look(request.stream, request.expected_version, request.events);
  for (const auto& part : request.extras.parts)
    if (are_there && *are_there)
      are_there = look(part.stream, part.expected_version, part.events);
  if (are_there && *are_there && found.position == 0) {
    if (request.extras.outcomes.empty()) // values alone may be taken and given back once more
      return std::optional<appended>{};
    are_there = find_outcome_of(reader, request.extras.outcomes.front());
  }
  if (!are_there)
    return are_there.error();
  return *are_there ? std::optional{found} : std::nullopt;
}

remote_appends::remote_appends(std::shared_ptr<store_line> line)
    : channel_{line}, reader_{make_remote_reader(line)} {}

remote_appends::~remote_appends() = default;

std::vector<append_outcome> remote_appends::append(std::span<const append_request> requests) {
  if (requests.empty())
    return {};
  auto outcomes = append_until(requests, channel_.deadline(), false);
  if (outcomes && outcomes->size() == requests.size())
    return std::move(*outcomes);
  return outcome_list(requests.size(), outcomes ? malformed("answer") : outcomes.error());
}

// As long as the same run of the other side answers, it knows what it was asked before. Another one
// does not: nothing is under way there, so that what is not found was not stored.
result<remote_appends::outcome_list>
remote_appends::append_until(std::span<const append_request> requests,
                             store_line::clock::time_point until, bool may_be_stored) {
  auto run = channel_.line().run(until);
  if (!run)
    return may_be_stored ? unsure(run.error()) : run.error();
  auto answer = channel_.ask_once(encode_question(store_call::append, requests), until);
  while (answer && !*answer) {
    if (auto goes_on = channel_.may_ask_again(until); !goes_on)
      return unsure(goes_on.error());
    auto now = channel_.line().run(until);
    if (!now)
      return unsure(now.error());
    if (*now != *run)
      return append_missing(requests, until);
    answer = channel_.again(until);
  }
  may_be_stored |= channel_.was_lost();
  if (!answer)
    return may_be_stored ? unsure(answer.error()) : answer.error();
  auto outcomes = decode_answer<outcome_list>(channel_.line(), **answer);
  if (!outcomes || outcomes->size() != requests.size())
    return outcomes;
  for (auto& outcome : *outcomes)
    if (!outcome)
      outcome = as_told_by(channel_.line(), outcome.error());
  if (!may_be_stored)
    return outcomes;
  // What was stored the first time is refused the second time.
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto& outcome = (*outcomes)[i];
    if (outcome)
      continue;
    auto stored = look_up(requests[i], until);
    if (!stored)
      return unsure(stored.error());
    if (*stored)
      outcome = **stored;
  }
  return outcomes;
}

result<remote_appends::outcome_list>
remote_appends::append_missing(std::span<const append_request> requests,
                               store_line::clock::time_point until) {
  outcome_list outcomes;
  std::vector<std::size_t> places;
  std::vector<append_request> missing;
  for (const auto& request : requests) {
    auto stored = look_up(request, until);
    if (!stored)
      return unsure(stored.error());
    if (!*stored) {
      places.push_back(outcomes.size());
      missing.push_back(request);
    }
    outcomes.push_back(stored->value_or(appended{}));
  }
  if (missing.empty())
    return outcomes;
  auto late = append_until(missing, until, true);
  if (!late || late->size() != missing.size())
    return late;
  for (std::size_t i = 0; i < places.size(); ++i)
    outcomes[places[i]] = std::move((*late)[i]);
  return outcomes;
}

// The reader takes as long as any, and would do so for each request.
result<std::optional<appended>> remote_appends::look_up(const append_request& request,
                                                        store_line::clock::time_point until) {
  if (auto goes_on = channel_.may_ask_again(until); !goes_on)
    return goes_on.error();
  return find_stored(*reader_, request);
}

// Whatever the reason, it says nothing of the append: a code that is no refusal, so that whoever
// asked asks again.
failure remote_appends::unsure(const failure& why) {
  return {errc::store_unavailable,
          why.message
              + "; the last append may have been stored: ask again with the same command ids"};
}

} // namespace annals::served

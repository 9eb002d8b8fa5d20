#include <annals/persistence/postgres/append_plan.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/append_rules.hpp>

#include <algorithm>

namespace annals::postgres {

namespace {

// What an entry of PostgreSQL's indexes can hold, with room for escapes.
constexpr std::size_t longest_key = 1200;

failure too_long(std::string_view what, std::string_view text) {
  return {errc::invalid_argument, std::string{what} + ' ' + quoted(text) + " is longer than "
                                      + std::to_string(longest_key)
                                      + " bytes, which PostgreSQL cannot index; choose a shorter "
                                        "one"};
}

result<void> check_keys(const append_request& request) {
  if (request.stream.size() > longest_key)
    return too_long("the name of stream", request.stream);
  for (const auto& part : request.extras.parts)
    if (part.stream.size() > longest_key)
      return too_long("the name of stream", part.stream);
  for (const auto& outcome : request.extras.outcomes)
    if (outcome.stream.size() > longest_key)
      return too_long("the name of stream", outcome.stream);
  for (const auto& wanted : request.extras.reservations)
    if (wanted.set.size() + wanted.value.size() > longest_key)
      return too_long("with its set, the unique value", wanted.value);
  return {};
}

class planner {
public:
  explicit planner(group_state& state) : state_{state} {}

  void add(const append_request& request) { plan_.outcomes.push_back(outcome_of(request)); }
  append_plan&& finished() { return std::move(plan_); }

private:
  append_outcome outcome_of(const append_request& request) {
    if (auto good = check_request(request); !good)
      return good.error();
    if (auto good = check_keys(request); !good)
      return good.error();
    if (auto good = check_state(request); !good) {
      plan_.has_refused = true;
      return good.error();
    }
    return store(request);
  }

  result<void> check_version(std::string_view stream, stream_version expected) {
    auto version = state_.heads[stream].version;
    if (version != expected)
      return version_conflict(stream, expected, version);
    return {};
  }

  // Everything is checked before anything is stored, so that nothing has to be taken back.
  result<void> check_state(const append_request& request) {
    const auto& fence = request.extras.fence;
    if (!state_.lost.empty() && state_.lost.contains({fence.name, fence.token}))
      return lease_lost(fence);
    if (auto good = check_version(request.stream, request.expected_version); !good)
      return good;
    if (!state_.answered.empty())
      for (const auto& event : request.events)
        if (state_.answered.contains({request.stream, event.causation_id}))
          return answered_elsewhere(request.stream, event.causation_id);
    for (const auto& part : request.extras.parts)
      if (auto good = check_version(part.stream, part.expected_version); !good)
        return good;
    for (const auto& wanted : request.extras.reservations) {
      auto held = state_.holders.find({wanted.set, wanted.value});
      if (!wanted.release && held != state_.holders.end() && held->second != request.stream)
        return already_taken(wanted, held->second);
    }
    for (const auto& outcome : request.extras.outcomes)
      if (is_final(outcome) && state_.answered.contains({outcome.stream, outcome.command_id}))
        return answered_elsewhere(outcome.stream, outcome.command_id);
    return {};
  }

  appended store(const append_request& request) {
    auto before = plan_.events.size();
    add_events(request.stream, request.events);
    for (const auto& part : request.extras.parts)
      add_events(part.stream, part.events);
    auto position = plan_.events.size() != before ? plan_.events.size() : 0;
    for (const auto& wanted : request.extras.reservations)
      reserve(wanted, request.stream);
    for (const auto& outcome : request.extras.outcomes) {
      plan_.outcome_rows.push_back({&outcome, outcome.events != 0 ? position : 0});
      if (is_final(outcome))
        state_.answered.emplace(outcome.stream, outcome.command_id);
    }
    return {request.expected_version + request.events.size(), position};
  }

  void add_events(std::string_view stream, const std::vector<new_event>& events) {
    if (events.empty())
      return;
    auto& head = state_.heads[stream];
    if (head.id == 0) {
      auto first = plan_.events.size() + 1;
      head.id = -static_cast<std::int64_t>(first);
      plan_.streams.push_back({stream, first});
    }
    for (const auto& event : events)
      plan_.events.push_back({stream, head.id, ++head.version, &event});
  }

  void reserve(const reservation& wanted, std::string_view stream) {
    value_key key{wanted.set, wanted.value};
    auto held = state_.holders.find(key);
    if (!wanted.release) {
      state_.holders.insert_or_assign(key, std::string{stream});
      plan_.values.insert_or_assign(key, stream);
    } else if (held != state_.holders.end() && held->second == stream) {
      state_.holders.erase(held);
      plan_.values.insert_or_assign(key, std::nullopt);
    }
  }

  group_state& state_;
  append_plan plan_;
};

} // namespace

void append_plan::move_to(log_position base) {
  for (auto& outcome : outcomes)
    if (outcome && outcome->position != 0)
      outcome->position += base;
}

append_plan plan_append(std::span<const append_request> requests, group_state& state) {
  planner planning{state};
  for (const auto& request : requests)
    planning.add(request);
  return planning.finished();
}

} // namespace annals::postgres

#include <annals/persistence/postgres/append_statement.hpp>

#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/postgres/store_statement.hpp>

#include <algorithm>

namespace annals::postgres {

namespace {

// What one statement carries, unless a single event is larger: the server takes up to 1 GB.
constexpr std::size_t most_bytes = 16U << 20;

std::size_t size_of(const new_event& event) {
  constexpr std::size_t fixed_part = 120;
  return fixed_part + event.type.size() + event.metadata.size() + event.payload.size();
}

const statement move_outcomes{"move_outcomes", R"sql(
INSERT INTO outcomes(id, time, digest, version, position, events, final, command_id,
  correlation_id, stream, command, code, message)
SELECT coalesce((SELECT max(id) FROM outcomes), 0) + place, time, digest, version, own, events,
  final, command_id, correlation_id, stream, command, code, message
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::boolean[], $8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[])
  WITH ORDINALITY AS new(time, digest, version, of_group, own, events, final, command_id,
    correlation_id, stream, command, code, message, place)
WHERE NOT EXISTS (SELECT FROM outcomes AS known WHERE known.stream = new.stream
  AND known.time = new.time AND known.command_id = new.command_id)
ON CONFLICT DO NOTHING
)sql"};

const statement wait_for_turn{"take_turn", "SELECT pg_advisory_xact_lock($1)"};

const statement take_values{"take_values", R"sql(
INSERT INTO reservations(in_set, value, stream)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT (in_set, value) DO UPDATE SET stream = excluded.stream
)sql"};
const statement free_values{"free_values", R"sql(
DELETE FROM reservations USING unnest($1::text[], $2::text[]) AS freed(in_set, value)
WHERE reservations.in_set = freed.in_set AND reservations.value = freed.value
)sql"};

struct range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::int64_t microseconds(timestamp time) { return time.time_since_epoch().count(); }

void add_guard(arguments& with, const append_guard& guard, store_shape& shape) {
  if (shape.has_unchanged = !guard.unchanged.empty(); shape.has_unchanged) {
    auto streams = array::of_numbers(), versions = streams;
    for (const auto& head : guard.unchanged)
      streams.add(head.id), versions.add(head.version);
    with.add(std::move(streams)).add(std::move(versions));
  }
  if (shape.has_absent = !guard.absent.empty(); shape.has_absent) {
    auto names = array::of_texts();
    for (auto name : guard.absent)
      names.add(name);
    with.add(std::move(names));
  }
  if (shape.has_unanswered = !guard.unanswered.empty(); shape.has_unanswered) {
    auto commands = array::of_ids();
    for (const auto& [stream, command] : guard.unanswered)
      commands.add(command);
    with.add(std::move(commands));
  }
  if (shape.has_fences = !guard.fences.empty(); shape.has_fences) {
    auto names = array::of_texts();
    auto tokens = array::of_numbers();
    for (const auto& [name, token] : guard.fences)
      names.add(name), tokens.add(token);
    with.add(std::move(names)).add(std::move(tokens));
  }
}

bool begins_within(const append_plan::new_stream& stream, range of) {
  return stream.first > of.begin && stream.first <= of.end;
}

void add_streams(arguments& with, const append_plan& plan, range of) {
  auto firsts = array::of_numbers();
  auto names = array::of_texts();
  for (const auto& stream : plan.streams)
    if (begins_within(stream, of))
      firsts.add(stream.first), names.add(stream.name);
  with.add(std::move(firsts)).add(std::move(names));
}

void add_event(arguments& with, const append_plan::event_row& row) {
  const auto& event = *row.event;
  if (row.stream > 0)
    with.add(row.stream);
  with.add(row.version).add(std::uint64_t{event.schema_version});
  with.add(microseconds(event.time)).add(static_cast<std::int64_t>(event.command_digest));
  with.add(event.id).add_or_null(event.correlation_id).add_or_null(event.causation_id);
  with.add(std::string_view{event.type}).add(std::string_view{event.metadata});
  with.add(std::string_view{event.payload});
}

void add_events(arguments& with, const append_plan& plan, range of) {
  auto streams = array::of_numbers(), versions = streams, schema_versions = streams;
  auto times = streams, digests = streams;
  auto ids = array::of_ids(), correlations = ids, causations = ids;
  auto types = array::of_texts(), metadata = types, payloads = types;
  for (auto i = of.begin; i < of.end; ++i) {
    const auto& row = plan.events[i];
    const auto& event = *row.event;
    streams.add(row.stream), versions.add(row.version);
    schema_versions.add(std::uint64_t{event.schema_version});
    times.add(microseconds(event.time)), digests.add(event.command_digest);
    ids.add(event.id);
    correlations.add_or_null(event.correlation_id), causations.add_or_null(event.causation_id);
    types.add(event.type), metadata.add(event.metadata), payloads.add(event.payload);
  }
  with.add(std::move(streams)).add(std::move(versions)).add(std::move(schema_versions));
  with.add(std::move(times)).add(std::move(digests)).add(std::move(ids));
  with.add(std::move(correlations)).add(std::move(causations)).add(std::move(types));
  with.add(std::move(metadata)).add(std::move(payloads));
}

void add_outcomes(arguments& with, std::span<const append_plan::outcome_row> rows) {
  auto times = array::of_numbers(), digests = times, versions = times, of_group = times;
  auto own = times, events = times;
  auto finals = array::of_flags();
  auto commands = array::of_ids(), correlations = commands;
  auto streams = array::of_texts(), names = streams, codes = streams, messages = streams;
  for (const auto& row : rows) {
    const auto& outcome = *row.outcome;
    times.add(microseconds(outcome.time)), digests.add(outcome.digest);
    versions.add(outcome.version), of_group.add(row.position);
    own.add(outcome.events != 0 && !row.is_moved ? 0 : outcome.position);
    events.add(std::uint64_t{outcome.events});
    finals.add_flag(is_final(outcome));
    commands.add(outcome.command_id), correlations.add_or_null(outcome.correlation_id);
    streams.add(outcome.stream), names.add(outcome.command);
    codes.add(outcome.why ? to_string(outcome.why->code) : std::string_view{});
    messages.add(outcome.why ? std::string_view{outcome.why->message} : std::string_view{});
  }
  with.add(std::move(times)).add(std::move(digests)).add(std::move(versions));
  with.add(std::move(of_group)).add(std::move(own)).add(std::move(events));
  with.add(std::move(finals)).add(std::move(commands)).add(std::move(correlations));
  with.add(std::move(streams)).add(std::move(names)).add(std::move(codes));
  with.add(std::move(messages));
}

// The events of a range, and with the last ones the outcomes.
call store_call(const append_plan& plan, std::optional<log_position> base, range of,
                const append_guard& guard) {
  store_shape shape;
  arguments with;
  if (shape.has_base = base.has_value(); base)
    with.add(std::uint64_t{*base});
  add_guard(with, guard, shape);
  shape.has_streams = std::ranges::any_of(
      plan.streams, [of](const auto& stream) { return begins_within(stream, of); });
  if (shape.has_streams)
    add_streams(with, plan, of);
  if (plan.events.size() == 1) {
    shape.events = store_shape::events_as::one;
    add_event(with, plan.events.front());
  } else if (!plan.events.empty()) {
    shape.events = store_shape::events_as::arrays;
    with.add(std::uint64_t{of.begin});
    add_events(with, plan, of);
  }
  shape.has_outcomes = of.end == plan.events.size() && !plan.outcome_rows.empty();
  if (shape.has_outcomes)
    add_outcomes(with, plan.outcome_rows);
  return {&store_statement(shape), std::move(with)};
}

void add_values(std::vector<call>& calls, const append_plan& plan) {
  auto taken_sets = array::of_texts(), taken = taken_sets, holders = taken_sets;
  auto freed_sets = array::of_texts(), freed = freed_sets;
  for (const auto& [key, holder] : plan.values) {
    if (holder)
      taken_sets.add(key.first), taken.add(key.second), holders.add(*holder);
    else
      freed_sets.add(key.first), freed.add(key.second);
  }
  if (freed.size() != 0)
    calls.push_back({&free_values, arguments{}.add(std::move(freed_sets)).add(std::move(freed))});
  if (taken.size() != 0)
    calls.push_back(
        {&take_values,
         arguments{}.add(std::move(taken_sets)).add(std::move(taken)).add(std::move(holders))});
}

// As many events from `begin` on as one statement carries, at least one where there is one.
range next_range(const append_plan& plan, std::size_t begin) {
  auto end = begin;
  std::size_t bytes = 0;
  while (end < plan.events.size()) {
    bytes += size_of(*plan.events[end].event);
    if (bytes > most_bytes && end != begin)
      break;
    ++end;
  }
  return {begin, end};
}

} // namespace

bool fits_one_statement(const append_plan& plan) {
  return next_range(plan, 0).end == plan.events.size();
}

call store_guarded(const append_plan& plan, const append_guard& guard) {
  return store_call(plan, std::nullopt, {0, plan.events.size()}, guard);
}

call take_turn(std::int64_t lock) { return {&wait_for_turn, arguments{}.add(lock)}; }

std::vector<call> take_over_calls(const append_plan& plan) {
  std::vector<call> calls;
  if (!plan.outcome_rows.empty()) {
    calls.push_back({&move_outcomes});
    add_outcomes(calls.back().with, plan.outcome_rows);
  }
  add_values(calls, plan);
  return calls;
}

std::vector<call> store_after(const append_plan& plan, log_position base) {
  std::vector<call> calls;
  range of;
  do {
    of = next_range(plan, of.end);
    calls.push_back(store_call(plan, base, of, {}));
  } while (of.end < plan.events.size());
  add_values(calls, plan);
  return calls;
}

} // namespace annals::postgres

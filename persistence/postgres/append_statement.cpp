#include <annals/persistence/postgres/append_statement.hpp>

#include <annals/persistence/append_rules.hpp>

namespace annals::postgres {

namespace {

// What one statement carries, unless a single event is larger: the server takes up to 1 GB.
constexpr std::size_t most_bytes = 16U << 20;

std::size_t size_of(const new_event& event) {
  constexpr std::size_t fixed_part = 120;
  return fixed_part + event.type.size() + event.metadata.size() + event.payload.size();
}

// The base is looked up under the lock of the writers (a statement of its own before this one), or
// given. Without a row of `base` nothing is stored. Streams that the group begins have negative
// ids, counted from the base like positions. Outcomes have ids in the order in which they came.
const statement store_rows{"store_rows", R"sql(
WITH base AS MATERIALIZED (
  SELECT CASE WHEN $1 >= 0 THEN $1
         ELSE coalesce((SELECT max(position) FROM events), 0) END AS base
  WHERE NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::bigint[]) AS head(stream, version)
      JOIN events USING (stream) WHERE events.version = head.version + 1)
    AND NOT EXISTS (SELECT FROM unnest($5::text[]) AS absent(name) JOIN streams USING (name))
    AND NOT EXISTS (SELECT FROM unnest($6::text[], $7::uuid[]) AS command(stream, command_id)
      JOIN outcomes USING (stream, command_id) WHERE final)),
new_streams AS (
  INSERT INTO streams(id, name)
  SELECT base + first, name FROM base, unnest($8::bigint[], $9::text[]) AS new(first, name)),
new_events AS (
  INSERT INTO events(position, stream, version, schema_version, time, command_digest, id,
    correlation_id, causation_id, type, metadata, payload)
  SELECT base + $2 + place, CASE WHEN stream < 0 THEN base - stream ELSE stream END, version,
    schema_version, time, digest, id, correlation_id, causation_id, type, metadata, payload
  FROM base, unnest($10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
      $15::uuid[], $16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::text[])
    WITH ORDINALITY AS new(stream, version, schema_version, time, digest, id, correlation_id,
      causation_id, type, metadata, payload, place)),
new_outcomes AS (
  INSERT INTO outcomes(id, time, digest, version, position, events, final, command_id,
    correlation_id, stream, command, code, message)
  SELECT coalesce((SELECT max(id) FROM outcomes), 0) + place, time, digest, version,
    CASE WHEN of_group > 0 THEN base + of_group ELSE own END,
    events, final, command_id, correlation_id, stream, command, code, message
  FROM base, unnest($21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[],
      $26::bigint[], $27::boolean[], $28::uuid[], $29::uuid[], $30::text[], $31::text[],
      $32::text[], $33::text[])
    WITH ORDINALITY AS new(time, digest, version, of_group, own, events, final, command_id,
      correlation_id, stream, command, code, message, place))
SELECT base FROM base
)sql"};

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

void add_guard(arguments& with, const append_guard& guard) {
  auto streams = array::of_numbers();
  auto versions = array::of_numbers();
  for (const auto& head : guard.unchanged)
    streams.add(head.id), versions.add(head.version);
  auto absent = array::of_texts();
  for (auto name : guard.absent)
    absent.add(name);
  auto of_streams = array::of_texts();
  auto commands = array::of_ids();
  for (const auto& [stream, command] : guard.unanswered)
    of_streams.add(stream), commands.add(command);
  with.add(std::move(streams)).add(std::move(versions)).add(std::move(absent));
  with.add(std::move(of_streams)).add(std::move(commands));
}

void add_streams(arguments& with, const append_plan& plan, range of) {
  auto firsts = array::of_numbers();
  auto names = array::of_texts();
  for (const auto& stream : plan.streams)
    if (stream.first > of.begin && stream.first <= of.end)
      firsts.add(stream.first), names.add(stream.name);
  with.add(std::move(firsts)).add(std::move(names));
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
call store_call(const append_plan& plan, std::int64_t base, range of, const append_guard& guard) {
  call made{&store_rows};
  made.with.add(base).add(std::uint64_t{of.begin});
  add_guard(made.with, guard);
  add_streams(made.with, plan, of);
  add_events(made.with, plan, of);
  bool is_last = of.end == plan.events.size();
  add_outcomes(made.with,
               std::span{plan.outcome_rows}.first(is_last ? plan.outcome_rows.size() : 0));
  return made;
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
  return store_call(plan, -1, {0, plan.events.size()}, guard);
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
    calls.push_back(store_call(plan, static_cast<std::int64_t>(base), of, {}));
  } while (of.end < plan.events.size());
  add_values(calls, plan);
  return calls;
}

} // namespace annals::postgres

#include <annals/persistence/postgres/store_statement.hpp>

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace annals::postgres {

namespace {

// Each `$#` becomes the number of the next argument. The base is looked up under the lock of the
// writers (a statement of its own before this one), or given. Without a row of `base` nothing is
// stored. Streams that the group begins have negative ids, counted from the base like positions.
// Outcomes have ids in the order in which they came.
constexpr std::string_view given_base = "SELECT $#::bigint AS base";
constexpr std::string_view end_as_base =
    "SELECT coalesce((SELECT max(position) FROM events), 0) AS base";

constexpr std::string_view unchanged = R"sql(NOT EXISTS (
  SELECT FROM unnest($#::bigint[], $#::bigint[]) AS head(stream, version)
  JOIN events USING (stream) WHERE events.version = head.version + 1))sql";
constexpr std::string_view absent = R"sql(NOT EXISTS (
  SELECT FROM unnest($#::text[]) AS absent(name) JOIN streams USING (name)))sql";
// Of any stream: what is the answer of another one sends the group the long way, where it is
// looked at more closely.
constexpr std::string_view unanswered = R"sql(NOT EXISTS (
  SELECT FROM outcomes WHERE final AND command_id = ANY($#::uuid[])))sql";
constexpr std::string_view fences = R"sql(NOT EXISTS (
  SELECT FROM unnest($#::text[], $#::bigint[]) AS fence(name, token)
  WHERE NOT EXISTS (SELECT FROM leases
    WHERE leases.name = fence.name AND leases.token = fence.token)))sql";

constexpr std::string_view new_streams = R"sql(,
new_streams AS (
  INSERT INTO streams(id, name)
  SELECT base + first, name FROM base, unnest($#::bigint[], $#::text[]) AS new(first, name)))sql";

constexpr std::string_view into_events = R"sql(,
new_events AS (
  INSERT INTO events(position, stream, version, schema_version, time, command_digest, id,
    correlation_id, causation_id, type, metadata, payload)
  )sql";
constexpr std::string_view one_in_new_stream = "SELECT base + 1, base + 1";
constexpr std::string_view one_in_known_stream = "SELECT base + 1, $#::bigint";
constexpr std::string_view rest_of_one = R"sql(, $#::bigint, $#::bigint, $#::bigint, $#::bigint,
    $#::uuid, $#::uuid, $#::uuid, $#::text, $#::text, $#::text FROM base))sql";
constexpr std::string_view many_events = R"sql(SELECT base + $#::bigint + place,
    CASE WHEN stream < 0 THEN base - stream ELSE stream END, version,
    schema_version, time, digest, id, correlation_id, causation_id, type, metadata, payload
  FROM base, unnest($#::bigint[], $#::bigint[], $#::bigint[], $#::bigint[], $#::bigint[],
      $#::uuid[], $#::uuid[], $#::uuid[], $#::text[], $#::text[], $#::text[])
    WITH ORDINALITY AS new(stream, version, schema_version, time, digest, id, correlation_id,
      causation_id, type, metadata, payload, place)))sql";

constexpr std::string_view new_outcomes = R"sql(,
new_outcomes AS (
  INSERT INTO outcomes(id, time, digest, version, position, events, final, command_id,
    correlation_id, stream, command, code, message)
  SELECT coalesce((SELECT max(id) FROM outcomes), 0) + place, time, digest, version,
    CASE WHEN of_group > 0 THEN base + of_group ELSE own END,
    events, final, command_id, correlation_id, stream, command, code, message
  FROM base, unnest($#::bigint[], $#::bigint[], $#::bigint[], $#::bigint[], $#::bigint[],
      $#::bigint[], $#::boolean[], $#::uuid[], $#::uuid[], $#::text[], $#::text[],
      $#::text[], $#::text[])
    WITH ORDINALITY AS new(time, digest, version, of_group, own, events, final, command_id,
      correlation_id, stream, command, code, message, place)))sql";

class store_text {
public:
  explicit store_text(const store_shape& shape) {
    text_ = "WITH base AS MATERIALIZED (";
    add(shape.has_base ? given_base : end_as_base);
    add_condition(shape.has_unchanged, unchanged);
    add_condition(shape.has_absent, absent);
    add_condition(shape.has_unanswered, unanswered);
    add_condition(shape.has_fences, fences);
    text_ += ')';
    if (shape.has_streams)
      add(new_streams);
    if (shape.events != store_shape::events_as::none) {
      add(into_events);
      if (shape.events == store_shape::events_as::arrays) {
        add(many_events);
      } else {
        add(shape.has_streams ? one_in_new_stream : one_in_known_stream);
        add(rest_of_one);
      }
    }
    if (shape.has_outcomes)
      add(new_outcomes);
    text_ += "\nSELECT base FROM base";
  }

  std::string&& finished() && { return std::move(text_); }

private:
  void add(std::string_view part) {
    for (;;) {
      auto place = part.find("$#");
      text_ += part.substr(0, place);
      if (place == std::string_view::npos)
        return;
      text_ += '$' + std::to_string(++arguments_);
      part.remove_prefix(place + 2);
    }
  }

  void add_condition(bool is_there, std::string_view condition) {
    if (!is_there)
      return;
    text_ += std::exchange(has_condition_, true) ? "\n  AND " : "\n  WHERE ";
    add(condition);
  }

  std::string text_;
  int arguments_ = 0;
  bool has_condition_ = false;
};

unsigned key_of(const store_shape& shape) {
  auto key = static_cast<unsigned>(shape.events);
  for (bool has : {shape.has_base, shape.has_unchanged, shape.has_absent, shape.has_unanswered,
                   shape.has_fences, shape.has_streams, shape.has_outcomes})
    key = key * 2 + (has ? 1 : 0);
  return key;
}

struct kept_statement {
  explicit kept_statement(const store_shape& shape)
      : name{"store_rows_" + std::to_string(key_of(shape))}, sql{store_text{shape}.finished()} {}

  const std::string name;
  const std::string sql;
  const statement as_one{name.c_str(), sql.c_str()};
};

} // namespace

const statement& store_statement(const store_shape& shape) {
  static std::mutex one_at_a_time;
  static std::map<unsigned, kept_statement> made;
  const std::lock_guard lock{one_at_a_time};
  return made.try_emplace(key_of(shape), shape).first->second.as_one;
}

} // namespace annals::postgres

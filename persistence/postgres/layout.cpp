#include <annals/persistence/postgres/layout.hpp>

#include <annals/messages/stable_hash.hpp>
#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/lease_table.hpp>

#include <algorithm>
#include <array>

namespace annals::postgres {

namespace {

// Names compare byte by byte. The id of a stream is the position of its first event: so ids need no
// sequence, and those who append know them without asking. Positions have no gaps, because they are
// given out under the lock of the writers, and nothing is ever deleted. Two writers cannot take one
// position, one version of a stream, or one stream's name, whatever they believe.
constexpr auto layout_1 = R"sql(
CREATE TABLE layout(
  program text NOT NULL,
  number bigint NOT NULL);
INSERT INTO layout VALUES ('annals', 0);
CREATE TABLE streams(
  id bigint PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE events(
  position bigint PRIMARY KEY,
  stream bigint NOT NULL,
  version bigint NOT NULL,
  schema_version bigint NOT NULL,
  time bigint NOT NULL,
  command_digest bigint NOT NULL,
  id uuid NOT NULL,
  correlation_id uuid,
  causation_id uuid,
  type text NOT NULL,
  metadata text NOT NULL,
  payload text NOT NULL,
  UNIQUE(stream, version));
CREATE INDEX events_by_correlation ON events(correlation_id, position)
  WHERE correlation_id IS NOT NULL;
CREATE TABLE read_models(
  projection text COLLATE "C" PRIMARY KEY,
  checkpoint bigint NOT NULL,
  schema_version bigint NOT NULL,
  model text NOT NULL);
CREATE TABLE snapshots(
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL,
  schema_version bigint NOT NULL,
  time bigint NOT NULL,
  state text NOT NULL,
  PRIMARY KEY(stream, version));
CREATE TABLE outcomes(
  id bigint PRIMARY KEY,
  time bigint NOT NULL,
  digest bigint NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL,
  events bigint NOT NULL,
  final boolean NOT NULL,
  command_id uuid NOT NULL,
  correlation_id uuid,
  stream text COLLATE "C" NOT NULL,
  command text NOT NULL,
  code text NOT NULL,
  message text NOT NULL);
CREATE UNIQUE INDEX final_outcomes ON outcomes(command_id, stream) WHERE final;
CREATE INDEX outcomes_by_stream ON outcomes(stream, time, id);
CREATE INDEX outcomes_by_correlation ON outcomes(correlation_id, time, id)
  WHERE correlation_id IS NOT NULL;
CREATE INDEX outcomes_by_time ON outcomes(time);
CREATE TABLE reservations(
  in_set text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  stream text COLLATE "C" NOT NULL,
  PRIMARY KEY(in_set, value));
CREATE VIEW log AS
  SELECT position, streams.name AS stream, version, type, schema_version,
    timestamptz 'epoch' + time * interval '1 microsecond' AS time,
    payload, metadata, events.id, correlation_id, causation_id
  FROM events JOIN streams ON streams.id = events.stream;
COMMENT ON TABLE layout IS 'Annals: whose tables these are, and of which layout';
COMMENT ON COLUMN events.time IS 'microseconds since 1970, UTC';
COMMENT ON COLUMN events.command_digest IS '64 bits, as a signed number; 0 where not known';
COMMENT ON COLUMN outcomes.code IS 'why the command was not accepted; empty where it was';
)sql";

// The other name of the column makes programs of the older release, which know no generations, fail
// to save a model instead of putting an old one in place of a new one.
constexpr auto layout_2 = R"sql(
ALTER TABLE read_models RENAME COLUMN model TO contents;
ALTER TABLE read_models ADD COLUMN generation bigint NOT NULL DEFAULT 0,
  ADD COLUMN notes text NOT NULL DEFAULT '';
COMMENT ON COLUMN read_models.notes IS 'what its projector keeps with it: parked events, say';
)sql";

// What leads from each layout to the next, from none on.
constexpr std::array steps{layout_1, layout_2, lease_table};
static_assert(steps.size() == current_layout);

// The columns that this release reads and writes.
constexpr auto needed_columns = R"sql(
SELECT needed.relation || '.' || needed.columns[i], had.attname IS NOT NULL
FROM (VALUES
  ('layout', ARRAY['program', 'number']),
  ('streams', ARRAY['id', 'name']),
  ('events', ARRAY['position', 'stream', 'version', 'schema_version', 'time', 'command_digest',
    'id', 'correlation_id', 'causation_id', 'type', 'metadata', 'payload']),
  ('read_models', ARRAY['projection', 'checkpoint', 'schema_version', 'contents',
    'generation', 'notes']),
  ('snapshots', ARRAY['stream', 'version', 'position', 'schema_version', 'time', 'state']),
  ('outcomes', ARRAY['id', 'time', 'digest', 'version', 'position', 'events', 'final',
    'command_id', 'correlation_id', 'stream', 'command', 'code', 'message']),
  ('reservations', ARRAY['in_set', 'value', 'stream']),
  ('leases', ARRAY['name', 'owner', 'payload', 'token', 'until'])) AS needed(relation, columns)
CROSS JOIN LATERAL generate_subscripts(needed.columns, 1) AS i
LEFT JOIN (SELECT relname, attname FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = $1 AND attnum > 0 AND NOT attisdropped) AS had
  ON had.relname = needed.relation AND had.attname = needed.columns[i]
)sql";

const statement schema_query{"schema", "SELECT 1 FROM pg_namespace WHERE nspname = $1"};
const statement tables_query{
    "tables", "SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
              "WHERE nspname = $1 AND relname IN ('layout', 'streams', 'events', 'read_models', "
              "'snapshots', 'outcomes', 'reservations', 'leases', 'log') LIMIT 1"};
const statement columns_query{"columns", needed_columns};
const statement layout_query{"layout", "SELECT program, number FROM layout"};
const statement lock_query{"writer_lock", "SELECT pg_advisory_xact_lock($1)"};

arguments schema_argument(const connection& db) {
  arguments schema;
  schema.add(std::string_view{db.where().schema});
  return schema;
}

bool is_missing(const layout_mark& mark, std::string_view column) {
  return std::ranges::find(mark.missing, column) != mark.missing.end();
}

std::string identifier(const std::string& name) {
  std::string quoted = "\"";
  for (auto c : name)
    quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

} // namespace

layout_mark read_mark(connection& db) {
  layout_mark mark;
  std::array calls{call{&schema_query, schema_argument(db)},
                   call{&tables_query, schema_argument(db)},
                   call{&columns_query, schema_argument(db)}};
  auto found = db.run(calls);
  mark.has_schema = !found[0].empty();
  mark.has_tables = !found[1].empty();
  for (int i = 0; i < found[2].size(); ++i)
    if (!found[2][i].flag(1))
      mark.missing.emplace_back(found[2][i].bytes(0));
  if (is_missing(mark, "layout.program") || is_missing(mark, "layout.number"))
    return mark;
  auto row = db.run(call{&layout_query});
  if (row.size() == 1) {
    mark.program = row[0].bytes(0);
    mark.number = row[0].number(1);
  }
  return mark;
}

std::int64_t layout_number(connection& db) {
  auto row = db.run(call{&layout_query});
  return row.size() == 1 && row[0].bytes(0) == our_program ? row[0].number(1) : 0;
}

void bring_up_to_date(connection& db) {
  transaction changes{db};
  // Nothing repeats these steps when they are cut off, as it does an append: they may take longer.
  db.execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '30s'");
  db.run({&lock_query, arguments{}.add(writer_lock(db.where().schema))});
  auto mark = read_mark(db);
  auto from = mark.program == our_program ? mark.number : 0;
  if (from == 0 && !mark.is_fresh())
    return; // of another program, since the first look
  if (!mark.has_schema)
    db.execute("CREATE SCHEMA " + identifier(db.where().schema));
  for (auto number = from; number < current_layout; ++number)
    db.execute(steps.at(static_cast<std::size_t>(number))
               + ("UPDATE layout SET number = " + std::to_string(number + 1)));
  db.execute("COMMIT");
}

std::int64_t writer_lock(const std::string& schema) {
  return static_cast<std::int64_t>(stable_hash("annals:" + schema));
}

} // namespace annals::postgres

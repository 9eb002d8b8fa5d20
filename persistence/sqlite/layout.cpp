#include <annals/persistence/sqlite/layout.hpp>

#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

namespace annals::sqlite {

namespace {

// Positions are row numbers: without gaps because nothing is ever deleted, and the fence between
// two writers, since none can be taken twice. The events of a stream are a chain: its head is its
// last event, and each event names the one before. An index on (stream, version) would touch a page
// a stream in each commit; heads lie side by side. Names of streams are kept once.
constexpr auto tables = R"sql(
CREATE TABLE streams(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE heads(
  stream INTEGER PRIMARY KEY REFERENCES streams(id),
  last INTEGER NOT NULL REFERENCES events(position));
CREATE TABLE events(
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES streams(id),
  version INTEGER NOT NULL,
  previous INTEGER NOT NULL, -- the position of version - 1 of the stream; 0 before its first
  id BLOB NOT NULL,
  type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  time INTEGER NOT NULL, -- microseconds since 1970, UTC
  correlation_id BLOB,
  causation_id BLOB,
  metadata TEXT NOT NULL,
  payload TEXT NOT NULL,
  command_digest INTEGER NOT NULL DEFAULT 0); -- 64 bits, as a signed number; 0 where not known
CREATE TABLE read_models(
  projection TEXT PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  contents TEXT NOT NULL,
  generation INTEGER NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT ''); -- what its projector keeps with it: parked events, say
)sql";

// What came with layout 3. Names of streams are texts here: a stream without events is not among
// the streams, and may have outcomes and hold values all the same.
constexpr auto side_tables = R"sql(
CREATE TABLE snapshots(
  id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  time INTEGER NOT NULL,
  state TEXT NOT NULL,
  UNIQUE(stream, version));
CREATE TABLE outcomes(
  id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  command_id BLOB NOT NULL,
  correlation_id BLOB,
  command TEXT NOT NULL,
  time INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  events INTEGER NOT NULL,
  code TEXT NOT NULL, -- why it was not accepted; '' where it was
  message TEXT NOT NULL,
  final INTEGER NOT NULL);
CREATE TABLE reservations(
  in_set TEXT NOT NULL,
  value TEXT NOT NULL,
  stream TEXT NOT NULL,
  PRIMARY KEY(in_set, value)) WITHOUT ROWID;
)sql";

// Ids of commands and correlations grow with time, so that new entries lie side by side, where
// names of streams would scatter them: the command comes before the stream.
constexpr auto side_indexes = R"sql(
CREATE UNIQUE INDEX final_outcomes ON outcomes(command_id, stream) WHERE )sql" ANNALS_IS_FINAL
                              R"sql(;
CREATE INDEX outcomes_by_stream ON outcomes(stream, time);
CREATE INDEX outcomes_by_correlation ON outcomes(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX outcomes_by_time ON outcomes(time);
)sql";

constexpr auto indexes = R"sql(
CREATE INDEX events_by_correlation ON events(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE UNIQUE INDEX milestones ON events(stream, version) WHERE )sql" ANNALS_IS_MILESTONE ";";

// Layout 1 had UNIQUE(stream, version) instead of the chain.
constexpr auto put_old_tables_aside = R"sql(
DROP VIEW log;
DROP INDEX events_by_correlation;
ALTER TABLE streams RENAME TO old_streams;
ALTER TABLE events RENAME TO old_events;
ALTER TABLE read_models RENAME TO old_read_models;
)sql";
constexpr auto copy_old_tables = R"sql(
INSERT INTO streams SELECT id, name FROM old_streams;
INSERT INTO events SELECT position, stream, version,
  coalesce((SELECT before.position FROM old_events AS before
            WHERE before.stream = old.stream AND before.version = old.version - 1), 0),
  id, type, schema_version, time, correlation_id, causation_id, metadata, payload, 0
  FROM old_events AS old ORDER BY position;
INSERT INTO heads SELECT stream, max(position) FROM old_events GROUP BY stream;
INSERT INTO read_models SELECT projection, checkpoint, schema_version, model, 0, ''
  FROM old_read_models;
DROP TABLE old_read_models;
DROP TABLE old_events;
DROP TABLE old_streams;
)sql";

// Both change only how the rows are read, not the rows. The other name of the column makes programs
// of the older release, which know no reservations and no outcomes, fail instead of writing on.
constexpr auto extend_layout_2 = R"sql(
ALTER TABLE events ADD COLUMN command_digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE heads RENAME COLUMN position TO last;
)sql";

// The other name of the column makes programs of the older release, which know no generations, fail
// to save a model instead of putting an old one in place of a new one. Their events are taken.
constexpr auto extend_layout_3 = R"sql(
ALTER TABLE read_models RENAME COLUMN model TO contents;
ALTER TABLE read_models ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE read_models ADD COLUMN notes TEXT NOT NULL DEFAULT '';
)sql";

// For people with the database's own shell. Times before 1970 are negative, hence the two modulos.
constexpr auto log_view = R"sql(
CREATE VIEW log AS
WITH shown AS (
  SELECT *, lower(hex(id)) AS i, lower(hex(correlation_id)) AS r, lower(hex(causation_id)) AS c,
    (time % 1000000 + 1000000) % 1000000 AS micros FROM events)
SELECT position, streams.name AS stream, version, type, schema_version,
  strftime('%Y-%m-%dT%H:%M:%S', (time - micros) / 1000000, 'unixepoch')
    || printf('.%06dZ', micros) AS time,
  payload, metadata,
  substr(i, 1, 8) || '-' || substr(i, 9, 4) || '-' || substr(i, 13, 4) || '-'
    || substr(i, 17, 4) || '-' || substr(i, 21) AS id,
  CASE WHEN correlation_id IS NOT NULL THEN substr(r, 1, 8) || '-' || substr(r, 9, 4) || '-'
    || substr(r, 13, 4) || '-' || substr(r, 17, 4) || '-' || substr(r, 21) END AS correlation_id,
  CASE WHEN causation_id IS NOT NULL THEN substr(c, 1, 8) || '-' || substr(c, 9, 4) || '-'
    || substr(c, 13, 4) || '-' || substr(c, 17, 4) || '-' || substr(c, 21) END AS causation_id
FROM shown JOIN streams ON streams.id = shown.stream;
)sql";

void add_side_tables(connection& db) {
  db.execute(side_tables);
  db.execute(side_indexes);
}

// Indexes are made after the rows: that is quicker where there are many already.
void finish_events(connection& db) {
  db.execute(indexes);
  db.execute(log_view);
}

void rebuild_layout_1(connection& db) {
  db.execute(put_old_tables_aside);
  db.execute(tables);
  db.execute(copy_old_tables);
  finish_events(db);
}

void mark_current(connection& db) {
  db.execute(("PRAGMA user_version = " + std::to_string(current_layout)).c_str());
}

} // namespace

layout_mark read_mark(connection& db) {
  transaction view_of_file{db, transaction::purpose::read};
  layout_mark mark;
  mark.application = db.number("PRAGMA application_id");
  mark.layout = db.number("PRAGMA user_version");
  mark.empty = db.number("SELECT count(*) FROM sqlite_master") == 0;
  return mark;
}

void create_layout(connection& db) {
  transaction changes{db};
  if (db.number("SELECT count(*) FROM sqlite_master") != 0)
    return;
  db.execute(tables);
  finish_events(db);
  add_side_tables(db);
  mark_current(db);
  db.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  changes.commit();
}

void migrate_layout(connection& db) {
  transaction changes{db};
  auto layout = db.number("PRAGMA user_version");
  if (layout >= current_layout)
    return;
  if (layout == 1)
    rebuild_layout_1(db);
  else if (layout == 2)
    db.execute(extend_layout_2);
  if (layout < 3)
    add_side_tables(db);
  if (layout > 1)
    db.execute(extend_layout_3);
  mark_current(db);
  changes.commit();
}

} // namespace annals::sqlite

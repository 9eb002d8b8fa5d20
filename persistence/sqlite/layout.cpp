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
  position INTEGER NOT NULL REFERENCES events(position));
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
  payload TEXT NOT NULL);
CREATE TABLE read_models(
  projection TEXT PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  model TEXT NOT NULL);
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
  id, type, schema_version, time, correlation_id, causation_id, metadata, payload
  FROM old_events AS old ORDER BY position;
INSERT INTO heads SELECT stream, max(position) FROM old_events GROUP BY stream;
INSERT INTO read_models SELECT projection, checkpoint, schema_version, model FROM old_read_models;
DROP TABLE old_read_models;
DROP TABLE old_events;
DROP TABLE old_streams;
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

// Indexes are made after the rows: that is quicker where there are many already.
void finish_layout(connection& db) {
  db.execute(indexes);
  db.execute(log_view);
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
  finish_layout(db);
  db.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  changes.commit();
}

void migrate_layout(connection& db) {
  transaction changes{db};
  if (db.number("PRAGMA user_version") != 1)
    return;
  db.execute(put_old_tables_aside);
  db.execute(tables);
  db.execute(copy_old_tables);
  finish_layout(db);
  changes.commit();
}

} // namespace annals::sqlite

#include <annals/persistence/sqlite/layout.hpp>

#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

namespace annals::sqlite {

namespace {

// Positions are row numbers: without gaps because nothing is ever deleted. The unique key finds a
// stream's events in order and is the last fence against two writers. Names of streams are kept
// once, which makes rows and keys small.
constexpr auto tables = R"sql(
CREATE TABLE streams(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE TABLE events(
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES streams(id),
  version INTEGER NOT NULL,
  id BLOB NOT NULL,
  type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  time INTEGER NOT NULL, -- microseconds since 1970, UTC
  correlation_id BLOB,
  causation_id BLOB,
  metadata TEXT NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE(stream, version));
CREATE INDEX events_by_correlation ON events(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE TABLE read_models(
  projection TEXT PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  model TEXT NOT NULL);
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
  db.execute(log_view);
  db.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  db.execute(("PRAGMA user_version = " + std::to_string(current_layout)).c_str());
  changes.commit();
}

} // namespace annals::sqlite

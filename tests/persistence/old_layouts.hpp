#pragma once

namespace annals::tests {

/// The tables of layout 1, as the release that had it made them.
inline constexpr auto layout_1 = R"sql(
PRAGMA journal_mode = WAL;
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
  time INTEGER NOT NULL,
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
CREATE VIEW log AS SELECT position, type FROM events;
PRAGMA application_id = 1097756268;
PRAGMA user_version = 1;
)sql";

/// The tables of layout 2, as the release that had it made them.
inline constexpr auto layout_2 = R"sql(
PRAGMA journal_mode = WAL;
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
CREATE INDEX events_by_correlation ON events(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE UNIQUE INDEX milestones ON events(stream, version) WHERE version % 64 = 0;
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
PRAGMA application_id = 1097756268;
PRAGMA user_version = 2;
)sql";

/// The tables of layout 3, as the release that had it made them.
inline constexpr auto layout_3 = R"sql(
PRAGMA journal_mode = WAL;
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
  command_digest INTEGER NOT NULL DEFAULT 0);
CREATE TABLE read_models(
  projection TEXT PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  model TEXT NOT NULL);
CREATE INDEX events_by_correlation ON events(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE UNIQUE INDEX milestones ON events(stream, version) WHERE version % 64 = 0;
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
CREATE UNIQUE INDEX final_outcomes ON outcomes(command_id, stream) WHERE final = 1;
CREATE INDEX outcomes_by_stream ON outcomes(stream, time);
CREATE INDEX outcomes_by_correlation ON outcomes(correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX outcomes_by_time ON outcomes(time);
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
PRAGMA application_id = 1097756268;
PRAGMA user_version = 3;
)sql";

} // namespace annals::tests

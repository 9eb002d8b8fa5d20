#include <annals/persistence/sqlite/snapshot_writer.hpp>

namespace annals::sqlite {

snapshot_writer::snapshot_writer(connection& db)
    : db_{db}, save_{db, "INSERT INTO snapshots(stream, version, position, schema_version, time, "
                         "state) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(stream, version) DO "
                         "UPDATE SET position = ?3, schema_version = ?4, time = ?5, state = ?6"},
      drop_older_{db, "DELETE FROM snapshots WHERE stream = ?1 AND version < (SELECT version FROM "
                      "snapshots WHERE stream = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?2)"},
      drop_of_{db, "DELETE FROM snapshots WHERE stream = ?1"}, drop_all_{db,
                                                                         "DELETE FROM snapshots"} {}

void snapshot_writer::save(std::span<const stored_snapshot> snapshots, std::size_t keep) {
  for (const auto& snapshot : snapshots) {
    save_.execute(snapshot.stream, snapshot.version, snapshot.position, snapshot.schema_version,
                  snapshot.time.time_since_epoch().count(), snapshot.state);
    drop_older_.execute(snapshot.stream, keep - 1);
  }
}

std::uint64_t snapshot_writer::drop(std::string_view stream) {
  if (stream.empty())
    drop_all_.execute();
  else
    drop_of_.execute(stream);
  return static_cast<std::uint64_t>(db_.rows_changed());
}

} // namespace annals::sqlite

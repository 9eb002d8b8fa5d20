#pragma once

#include <annals/persistence/projection_target.hpp>
#include <annals/persistence/sql_session.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace annals {

/// Read models in tables of an application's own SQLite database.
struct sqlite_tables_settings {
  /// The database; made where it is not there. Not the file of a store.
  std::string file;
  /// Whose checkpoint it is.
  std::string projection;
  std::uint32_t schema_version = 1;
  /// SQL that makes the tables; run once, when the projection has no checkpoint there yet.
  std::string tables;
  /// Writes what one event changes. What it throws comes back as `domain_threw`, and nothing of the
  /// batch is kept.
  std::function<result<void>(sql_session&, const recorded_event&)> project;
  /// How long to wait for another writer of the file.
  std::chrono::milliseconds lock_timeout{5000};
};

/// Opens tables as a target: each batch and its checkpoint, in the table `annals_checkpoints`, in
/// one transaction, so that each event is in the tables exactly once, also where two processes
/// write to them. Blocks. Gives `invalid_argument` where the tables are of another schema version,
/// and what the database fails with. There only where Annals was built with SQLite.
result<std::unique_ptr<projection_target>> open_sqlite_tables(sqlite_tables_settings how);

} // namespace annals

#pragma once

#include <annals/persistence/table_target.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace annals {

/// Read models in tables of an application's own SQLite database.
struct sqlite_tables_settings : table_projection_settings {
  /// The database; made where it is not there. Not the file of a store.
  std::string file;
  /// How long to wait for another writer of the file.
  std::chrono::milliseconds lock_timeout{5000};
};

/// Opens tables as a target: each batch and its checkpoint, in the table `annals_checkpoints`, in
/// one transaction, so that each event is in the tables exactly once, also where two processes
/// write to them. Blocks. Gives `invalid_argument` where the tables are of another schema version,
/// and what the database fails with. There only where Annals was built with SQLite.
result<std::unique_ptr<projection_target>> open_sqlite_tables(sqlite_tables_settings how);

} // namespace annals

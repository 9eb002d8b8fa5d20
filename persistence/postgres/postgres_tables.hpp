#pragma once

#include <annals/persistence/table_target.hpp>

#include <memory>
#include <string>

namespace annals {

/// Read models in tables of an application's own PostgreSQL database, that of the store or another.
struct postgres_tables_settings : table_projection_settings {
  /// As that of a store: "postgresql://USER@HOST:PORT/DATABASE", with every setting of libpq.
  std::string url;
  /// Where the tables are; it must be there, and be another one than the store's.
  std::string schema = "public";
};

/// Opens tables as a target, as `open_sqlite_tables`. A connection that is lost is made again with
/// the next batch, and the database is asked how far it is. Blocks. Gives `invalid_argument` where
/// the tables are of another schema version or the URL is wrong, and what the server fails with.
/// There only where Annals was built with libpq.
result<std::unique_ptr<projection_target>> open_postgres_tables(postgres_tables_settings how);

} // namespace annals

#pragma once

#include <annals/actors/table_projection.hpp>
#include <annals/persistence/postgres/postgres_tables.hpp>

namespace annals {

/// As `sqlite_tables`, into the schema `schema` of a PostgreSQL database:
///
///     settings.targets.push_back(
///         annals::postgres_tables<account_rows>("postgresql://localhost/bank", "public"));
///
/// `?1`, `?2`, … stand for arguments here too.
template <class Projection>
target_settings postgres_tables(std::string url, std::string schema = "public") {
  postgres_tables_settings how{detail::tables_of<Projection>(), std::move(url), std::move(schema)};
  return detail::table_target_of<Projection>([how](log_part part) {
    auto own = how;
    own.part = part;
    return open_postgres_tables(std::move(own));
  });
}

} // namespace annals

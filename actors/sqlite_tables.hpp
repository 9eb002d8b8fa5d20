#pragma once

#include <annals/actors/table_projection.hpp>
#include <annals/persistence/sqlite/sqlite_tables.hpp>

namespace annals {

/// A projection into tables of the application's own database, for `config::targets`:
///
///     struct account_rows {
///       static constexpr annals::projection_name name{"bank.account_rows"};
///       using events = annals::events<money_deposited, money_withdrawn>;
///       static constexpr auto tables =
///           "CREATE TABLE accounts(id TEXT PRIMARY KEY, cents INTEGER NOT NULL)";
///     };
///     void project(account_rows, annals::sql_session& db,
///                  const annals::recorded<money_deposited>& event);
///
///     settings.targets.push_back(annals::sqlite_tables<account_rows>("accounts.db"));
///
/// `project` is called within the transaction that moves the checkpoint; what it throws undoes the
/// batch. The tables are read by any means that SQLite has.
template <class Projection>
target_settings sqlite_tables(std::string file) {
  sqlite_tables_settings how{detail::tables_of<Projection>(), std::move(file)};
  return detail::table_target_of<Projection>([how](log_part part) {
    auto own = how;
    own.part = part;
    return open_sqlite_tables(std::move(own));
  });
}

} // namespace annals

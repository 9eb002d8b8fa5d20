#pragma once

#include <annals/actors/table_projection.hpp>
#include <annals/persistence/inline_projection.hpp>

namespace annals {

/// A projection into tables of the application in the store's own database, written in the
/// transaction of each append, for `config::inline_projections`:
///
///     struct balance_rows {
///       static constexpr annals::projection_name name{"bank.balance_rows"};
///       using events = annals::events<money_deposited, money_withdrawn>;
///       static constexpr auto tables =
///           "CREATE TABLE balances(id TEXT PRIMARY KEY, cents BIGINT NOT NULL)";
///     };
///     void project(balance_rows, annals::sql_session& db,
///                  const annals::recorded<money_deposited>& event);
///
///     settings.inline_projections.push_back(annals::inline_tables<balance_rows>());
///
/// Whoever has a receipt sees the tables changed. What `project` throws refuses the command, with
/// `domain_threw`. `?1`, `?2`, … stand for arguments on each store.
template <class Projection>
inline_projection inline_tables() {
  return {std::string{Projection::name.text()}, Projection::name.schema_version(),
          Projection::tables, detail::table_projection<Projection>()};
}

} // namespace annals

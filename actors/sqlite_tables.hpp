#pragma once

#include <annals/actors/target_settings.hpp>
#include <annals/messages/registry.hpp>
#include <annals/messages/typed_projection.hpp>
#include <annals/persistence/sqlite/sqlite_tables.hpp>

#include <type_traits>

namespace annals {

namespace detail {

template <class Projection, class Event>
constexpr auto call_project_tables(sql_session& db, const recorded<Event>& event)
    -> decltype(project(Projection{}, db, event)) {
  return project(Projection{}, db, event);
}

template <class Projection, class Event>
result<void> project_into_tables(sql_session& db, const recorded_event& stored) {
  auto event = decode_event<Event>(stored);
  if (!event)
    return event.error();
  call_project_tables<Projection>(db, recorded<Event>{event_info_of(stored), std::move(*event)});
  return {};
}

} // namespace detail

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
  sqlite_tables_settings how;
  how.file = std::move(file);
  how.projection = Projection::name.text();
  how.schema_version = Projection::name.schema_version();
  how.tables = Projection::tables;
  how.project = [](sql_session& db, const recorded_event& stored) {
    result<void> answer;
    using events = detail::as_mp_list_t<typename Projection::events>;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class Event>(std::type_identity<Event>) {
          if (answer && Event::name.text() == stored.type)
            answer = detail::project_into_tables<Projection, Event>(db, stored);
        });
    return answer;
  };
  target_settings made;
  made.name = how.projection;
  made.open = [how] { return open_sqlite_tables(how); };
  return made;
}

} // namespace annals

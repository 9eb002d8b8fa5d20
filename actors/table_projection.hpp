#pragma once

#include <annals/actors/target_settings.hpp>
#include <annals/messages/registry.hpp>
#include <annals/messages/typed_projection.hpp>
#include <annals/persistence/sql_session.hpp>
#include <annals/persistence/table_target.hpp>

#include <functional>
#include <type_traits>

namespace annals::detail {

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

/// Calls `project(Projection, sql_session&, const recorded<Event>&)` with an event of the types
/// that the projection lists. Throws what that throws.
template <class Projection>
std::function<result<void>(sql_session&, const recorded_event&)> table_projection() {
  return [](sql_session& db, const recorded_event& stored) {
    result<void> answer;
    using events = as_mp_list_t<typename Projection::events>;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class Event>(std::type_identity<Event>) {
          if (answer && Event::name.text() == stored.type)
            answer = project_into_tables<Projection, Event>(db, stored);
        });
    return answer;
  };
}

template <class Projection>
table_projection_settings tables_of() {
  return {std::string{Projection::name.text()}, Projection::name.schema_version(),
          Projection::tables, table_projection<Projection>()};
}

template <class Projection>
target_settings
table_target_of(std::function<result<std::unique_ptr<projection_target>>(log_part)> open) {
  target_settings made;
  made.name = Projection::name.text();
  made.on_poison = poison_of<Projection>();
  made.open = [open] { return open(log_part{}); };
  made.open_part = std::move(open);
  return made;
}

} // namespace annals::detail

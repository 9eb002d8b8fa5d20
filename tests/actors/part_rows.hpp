#pragma once

#include "tests/actors/poison_helpers.hpp"

#include <annals/actors/projection_control.hpp>
#include <annals/persistence/part_name.hpp>
#include <annals/persistence/sql_session.hpp>

#include <map>
#include <set>

/// Projections into tables that are divided into parts.
namespace part_rows {

inline constexpr auto rows_name = "poison.part_rows";

template <annals::poison Poison>
struct rows {
  static constexpr annals::projection_name name{"poison.part_rows"};
  static constexpr auto on_poison = Poison;
  using events = annals::events<poison::added>;
  static constexpr auto tables = "CREATE TABLE amounts(id TEXT, version BIGINT, amount BIGINT)";
};

template <annals::poison Poison>
void project(rows<Poison>, annals::sql_session& db, const annals::recorded<poison::added>& event) {
  db.execute("INSERT INTO amounts VALUES (?1, ?2, ?3)", event.id, event.version, event->amount);
  poison::throw_at(*event);
}

inline annals::config with(const std::string& store, annals::target_settings target,
                           std::uint32_t parts) {
  annals::config settings;
  settings.store = store;
  settings.poll_interval = std::chrono::milliseconds{5};
  settings.save_interval = std::chrono::milliseconds{5};
  settings.poison_back_off = std::chrono::milliseconds{1};
  settings.poison_retries = 1;
  target.partitions = parts;
  settings.targets.push_back(std::move(target));
  return settings;
}

inline std::string part(std::uint32_t number, std::uint32_t of) {
  return annals::part_name(rows_name, {number - 1, of});
}

/// The part, from 1, that an instance's stream is in.
inline std::uint32_t part_of(const std::string& id, std::uint32_t of) {
  return annals::part_of_stream("poison.counter-" + id, of) + 1;
}

/// An instance whose stream is in that part.
inline std::string id_in(std::uint32_t number, std::uint32_t of) {
  for (int i = 0;; ++i)
    if (part_of(std::to_string(i), of) == number)
      return std::to_string(i);
}

inline annals::projection_status status_of(annals::node& at, const std::string& name) {
  for (const auto& status : at.projections())
    if (status.name == name)
      return status;
  return {};
}

} // namespace part_rows

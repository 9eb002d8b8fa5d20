#include <annals/persistence/table_target.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

namespace annals {

namespace {

// What was set aside and is in the tables since stands in the second.
constexpr auto own_tables = "CREATE TABLE IF NOT EXISTS annals_checkpoints("
                            "projection TEXT PRIMARY KEY, position BIGINT NOT NULL, "
                            "schema_version BIGINT NOT NULL);"
                            "CREATE TABLE IF NOT EXISTS annals_retried("
                            "projection TEXT NOT NULL, position BIGINT NOT NULL, "
                            "PRIMARY KEY(projection, position))";

} // namespace

result<void> table_target::begin() {
  return in_transaction([this](sql_session& db) { return begin(db); });
}

// Tables and checkpoint come together.
result<void> table_target::begin(sql_session& db) {
  run_script(own_tables);
  auto row = db.query("SELECT schema_version FROM annals_checkpoints WHERE projection = ?1",
                      what_.projection);
  if (row.empty()) {
    run_script(what_.tables);
    db.execute("DELETE FROM annals_retried WHERE projection = ?1", what_.projection);
    db.execute("INSERT INTO annals_checkpoints VALUES (?1, 0, ?2)", what_.projection,
               what_.schema_version);
    return {};
  }
  auto stored = std::get<std::int64_t>(row[0][0]);
  if (stored == what_.schema_version)
    return {};
  return failure{errc::invalid_argument,
                 "the tables of " + what_.projection + " in " + shown_place()
                     + " are of schema version " + std::to_string(stored)
                     + ", and the projection is of " + std::to_string(what_.schema_version)
                     + "; give the new version a name and tables of its own, or drop the tables "
                       "and its row in annals_checkpoints"};
}

result<log_position> table_target::position() {
  log_position found = 0;
  auto looked = in_transaction([&](sql_session& db) -> result<void> {
    auto row =
        db.query("SELECT position FROM annals_checkpoints WHERE projection = ?1", what_.projection);
    if (row.empty())
      return failure{errc::invalid_argument,
                     "the checkpoint of " + what_.projection + " in " + shown_place()
                         + " was removed while the program runs; drop its tables too, and start "
                           "it again"};
    found = static_cast<log_position>(std::get<std::int64_t>(row[0][0]));
    return {};
  });
  if (!looked)
    return looked.error();
  return found;
}

result<void> table_target::take_in(const target_batch& batch) {
  return in_transaction([&](sql_session& db) { return take_in(db, batch); });
}

result<void> table_target::take_in(sql_session& db, const target_batch& batch) {
  if (batch.again && !batch.events.empty()
      && db.execute("INSERT INTO annals_retried VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    what_.projection, batch.events.front().position)
             == 0)
    return {};
  for (const auto& event : batch.events)
    if (auto projected = project(db, event); !projected)
      return projected;
  if (db.execute("UPDATE annals_checkpoints SET position = ?2 WHERE projection = ?1 "
                 "AND position = ?3",
                 what_.projection, batch.to, batch.after)
      == 1)
    return {};
  return failure{errc::model_replaced, "the tables of " + what_.projection + " in " + shown_place()
                                           + " are no longer at position "
                                           + std::to_string(batch.after)
                                           + ": another process writes to them as well"};
}

result<void> table_target::project(sql_session& db, const recorded_event& event) const {
  try {
    return what_.project(db, event);
  } catch (const error&) {
    throw; // of the database
  } catch (...) {
    return failure{errc::domain_threw,
                   "projecting " + event.type + " at version " + std::to_string(event.version)
                       + " of stream " + annals::quoted(event.stream) + " (position "
                       + std::to_string(event.position) + ") into the tables of " + what_.projection
                       + " threw: " + what_was_thrown()};
  }
}

} // namespace annals

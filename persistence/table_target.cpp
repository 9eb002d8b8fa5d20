#include <annals/persistence/table_target.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>
#include <annals/persistence/part_name.hpp>

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

table_target::table_target(table_projection_settings what)
    : what_{std::move(what)}, name_{part_name(what_.projection, what_.part)} {}

result<void> table_target::begin() {
  return in_transaction([this](sql_session& db) { return begin(db); });
}

// Tables and checkpoints come together, those of all parts: a part that has none was not begun
// late, but lost it. The database lets one after the other do this.
result<void> table_target::begin(sql_session& db) {
  run_script(own_tables);
  auto there = are_there(db);
  if (!there)
    return there.error();
  if (!*there)
    make(db);
  auto row = db.query("SELECT schema_version FROM annals_checkpoints WHERE projection = ?1", name_);
  if (row.empty())
    return has_no_checkpoint();
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

// Whether this projection has checkpoints, which must be those of as many parts.
result<bool> table_target::are_there(sql_session& db) const {
  bool found = false;
  for (const auto& row : db.query("SELECT projection FROM annals_checkpoints")) {
    const auto& name = std::get<std::string>(row[0]);
    auto known = part_named(name).value_or(named_part{name});
    if (known.whole != what_.projection)
      continue;
    if (known.part.of != what_.part.of)
      return other_division(known.part.of);
    found = true;
  }
  return found;
}

void table_target::make(sql_session& db) {
  run_script(what_.tables);
  for (std::uint32_t index = 0; index < what_.part.of; ++index) {
    auto name = part_name(what_.projection, {index, what_.part.of});
    db.execute("DELETE FROM annals_retried WHERE projection = ?1", name);
    db.execute("INSERT INTO annals_checkpoints VALUES (?1, 0, ?2)", name, what_.schema_version);
  }
}

failure table_target::other_division(std::uint32_t parts) const {
  return {errc::invalid_argument,
          "the tables of " + what_.projection + " in " + shown_place() + " were written with "
              + std::to_string(parts) + (parts == 1 ? " part" : " parts")
              + ", and target_settings::partitions is " + std::to_string(what_.part.of)
              + "; set it to " + std::to_string(parts)
              + ", or make them anew: drop the tables and the projection's rows in "
                "annals_checkpoints"};
}

failure table_target::has_no_checkpoint() const {
  return {errc::invalid_argument, "the checkpoint of " + name_ + " in " + shown_place()
                                      + " was removed while the program runs; drop its tables too, "
                                        "and start it again"};
}

result<log_position> table_target::position() {
  log_position found = 0;
  auto looked = in_transaction([&](sql_session& db) -> result<void> {
    auto row = db.query("SELECT position FROM annals_checkpoints WHERE projection = ?1", name_);
    if (row.empty())
      return has_no_checkpoint();
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
      && db.execute("INSERT INTO annals_retried VALUES (?1, ?2) ON CONFLICT DO NOTHING", name_,
                    batch.events.front().position)
             == 0)
    return {};
  for (const auto& event : batch.events)
    if (auto projected = project(db, event); !projected)
      return projected;
  if (db.execute("UPDATE annals_checkpoints SET position = ?2 WHERE projection = ?1 "
                 "AND position = ?3",
                 name_, batch.to, batch.after)
      == 1)
    return {};
  return failure{errc::model_replaced,
                 "the tables of " + name_ + " in " + shown_place() + " are no longer at position "
                     + std::to_string(batch.after) + ": another process writes to them as well"};
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

#include <annals/persistence/sqlite/sqlite_tables.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/statement.hpp>
#include <annals/persistence/sqlite/table_session.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

#include <filesystem>

namespace annals {

namespace {

using namespace sqlite;

constexpr auto checkpoints = "CREATE TABLE IF NOT EXISTS annals_checkpoints("
                             "projection TEXT PRIMARY KEY, position INTEGER NOT NULL, "
                             "schema_version INTEGER NOT NULL)";

// What was set aside and is in the tables since.
constexpr auto retried = "CREATE TABLE IF NOT EXISTS annals_retried("
                         "projection TEXT NOT NULL, position INTEGER NOT NULL, "
                         "PRIMARY KEY(projection, position)) WITHOUT ROWID";

class sqlite_tables_target : public projection_target {
public:
  explicit sqlite_tables_target(sqlite_tables_settings how)
      : how_{std::move(how)}, db_{std::filesystem::absolute(how_.file), access::create,
                                  how_.lock_timeout},
        session_{db_} {
    db_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    begin();
  }

  result<log_position> position() override {
    return at_port([&] { return stored_position(); });
  }

  result<void> take_in(const target_batch& batch) override {
    return at_port([&]() -> result<void> {
      transaction changes{db_};
      if (batch.again && !batch.events.empty()
          && session_.execute("INSERT OR IGNORE INTO annals_retried VALUES (?1, ?2)",
                              how_.projection, batch.events.front().position)
                 == 0)
        return {};
      for (const auto& event : batch.events)
        if (auto projected = project(event); !projected)
          return projected;
      if (session_.execute("UPDATE annals_checkpoints SET position = ?2 WHERE projection = ?1 "
                           "AND position = ?3",
                           how_.projection, batch.to, batch.after)
          != 1)
        return failure{errc::model_replaced, "the tables of " + how_.projection + " in "
                                                 + shown(db_.file()) + " are no longer at position "
                                                 + std::to_string(batch.after)
                                                 + ": another process writes to them as well"};
      changes.commit();
      return {};
    });
  }

private:
  // Tables and checkpoint come together.
  void begin() {
    transaction changes{db_};
    db_.execute(checkpoints);
    db_.execute(retried);
    auto row = session_.query("SELECT schema_version FROM annals_checkpoints WHERE projection = ?1",
                              how_.projection);
    if (row.empty()) {
      db_.execute(how_.tables.c_str());
      session_.execute("DELETE FROM annals_retried WHERE projection = ?1", how_.projection);
      session_.execute("INSERT INTO annals_checkpoints VALUES (?1, 0, ?2)", how_.projection,
                       how_.schema_version);
    } else if (auto stored = std::get<std::int64_t>(row[0][0]); stored != how_.schema_version) {
      throw error{{errc::invalid_argument,
                   "the tables of " + how_.projection + " in " + shown(db_.file())
                       + " are of schema version " + std::to_string(stored)
                       + ", and the projection is of " + std::to_string(how_.schema_version)
                       + "; give the new version a name and tables of its own, or drop the tables "
                         "and its row in annals_checkpoints"}};
    }
    changes.commit();
  }

  log_position stored_position() {
    auto row = session_.query("SELECT position FROM annals_checkpoints WHERE projection = ?1",
                              how_.projection);
    if (row.empty())
      throw error{{errc::invalid_argument, "the checkpoint of " + how_.projection + " in "
                                               + shown(db_.file())
                                               + " was removed while the program runs; drop its "
                                                 "tables too, and start it again"}};
    return static_cast<log_position>(std::get<std::int64_t>(row[0][0]));
  }

  result<void> project(const recorded_event& event) {
    try {
      return how_.project(session_, event);
    } catch (const error& of_database) {
      throw of_database;
    } catch (...) {
      return failure{errc::domain_threw,
                     "projecting " + event.type + " at version " + std::to_string(event.version)
                         + " of stream " + annals::quoted(event.stream) + " (position "
                         + std::to_string(event.position) + ") into the tables of "
                         + how_.projection + " threw: " + what_was_thrown()};
    }
  }

  sqlite_tables_settings how_;
  connection db_;
  table_session session_;
};

} // namespace

result<std::unique_ptr<projection_target>> open_sqlite_tables(sqlite_tables_settings how) {
  return at_port([&]() -> std::unique_ptr<projection_target> {
    return std::make_unique<sqlite_tables_target>(std::move(how));
  });
}

} // namespace annals

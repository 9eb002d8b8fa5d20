#include <annals/persistence/postgres/postgres_tables.hpp>

#include <annals/messages/stable_hash.hpp>
#include <annals/persistence/at_port.hpp>
#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/server_failure.hpp>
#include <annals/persistence/postgres/text_session.hpp>

namespace annals {

namespace {

using namespace postgres;

// An application's SQL is planned as the server likes it, and may think for a while.
constexpr auto as_the_server_does =
    "RESET plan_cache_mode; RESET enable_seqscan; RESET enable_bitmapscan; "
    "RESET enable_hashjoin; RESET enable_mergejoin; RESET jit; "
    "SET idle_in_transaction_session_timeout = '30s'";

class postgres_tables_target : public table_target {
public:
  explicit postgres_tables_target(const postgres_tables_settings& how)
      : table_target{how}, where_{read_settings(how.url, {})} {
    where_.schema = how.schema;
    if (auto begun = begin(); !begun)
      throw error{begun.error()};
  }

private:
  result<void> in_transaction(const std::function<result<void>(sql_session&)>& body) override {
    return at_port([&]() -> result<void> {
      try {
        return in_transaction_on(connected(), body);
      } catch (const connection_lost&) {
        db_.reset();
        throw;
      } catch (const error&) {
        // In the middle of a COPY nothing can be rolled back, and the server would keep its locks.
        if (db_ && db_->is_busy())
          db_.reset();
        throw;
      }
    });
  }

  connection& connected() {
    if (!db_) {
      db_ = std::make_unique<connection>(where_);
      db_->execute(as_the_server_does);
    }
    return *db_;
  }

  static result<void> in_transaction_on(connection& db,
                                        const std::function<result<void>(sql_session&)>& body) {
    transaction changes{db};
    db.execute("BEGIN");
    text_session session{db};
    auto done = body(session);
    if (done)
      db.execute("COMMIT");
    return done;
  }

  // Two that begin at once make their tables one after the other.
  void run_script(const std::string& sql) override {
    auto lock =
        std::to_string(static_cast<std::int64_t>(stable_hash("annals tables:" + where_.schema)));
    db_->execute("SELECT pg_advisory_xact_lock(" + lock + ");" + sql);
  }
  std::string shown_place() const override { return where_.shown; }

  postgres::settings where_;
  std::unique_ptr<connection> db_;
};

} // namespace

result<std::unique_ptr<projection_target>> open_postgres_tables(postgres_tables_settings how) {
  return at_port([&]() -> std::unique_ptr<projection_target> {
    return std::make_unique<postgres_tables_target>(how);
  });
}

} // namespace annals

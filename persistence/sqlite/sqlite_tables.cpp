#include <annals/persistence/sqlite/sqlite_tables.hpp>

#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/statement.hpp>
#include <annals/persistence/sqlite/table_session.hpp>
#include <annals/persistence/sqlite/transaction.hpp>

#include <filesystem>

namespace annals {

namespace {

using namespace sqlite;

class sqlite_tables_target : public table_target {
public:
  explicit sqlite_tables_target(const sqlite_tables_settings& how)
      : table_target{how},
        db_{std::filesystem::absolute(how.file), access::create, how.lock_timeout}, session_{db_} {
    db_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    if (auto begun = begin(); !begun)
      throw error{begun.error()};
  }

private:
  result<void> in_transaction(const std::function<result<void>(sql_session&)>& body) override {
    return at_port([&] {
      transaction changes{db_};
      auto done = body(session_);
      if (done)
        changes.commit();
      return done;
    });
  }
  void run_script(const std::string& sql) override { db_.execute(sql.c_str()); }
  std::string shown_place() const override { return shown(db_.file()); }

  connection db_;
  table_session session_;
};

} // namespace

result<std::unique_ptr<projection_target>> open_sqlite_tables(sqlite_tables_settings how) {
  return at_port([&]() -> std::unique_ptr<projection_target> {
    return std::make_unique<sqlite_tables_target>(how);
  });
}

} // namespace annals

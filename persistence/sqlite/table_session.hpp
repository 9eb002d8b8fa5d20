#pragma once

#include <annals/persistence/sql_session.hpp>
#include <annals/persistence/sqlite/connection.hpp>

#include <map>

struct sqlite3_stmt;

namespace annals::sqlite {

/// SQL on a connection, for code of an application. Each text is prepared once.
class table_session : public sql_session {
public:
  explicit table_session(connection& db) : db_{db} {}
  ~table_session() override;
  table_session(const table_session&) = delete;
  table_session& operator=(const table_session&) = delete;

  std::uint64_t run(std::string_view sql, std::span<const sql_value> args) override;
  std::vector<std::vector<sql_value>> ask(std::string_view sql,
                                          std::span<const sql_value> args) override;

private:
  sqlite3_stmt* prepared(std::string_view sql);
  void bind(sqlite3_stmt* to, std::span<const sql_value> args);
  void check(int code, std::string_view sql) const;

  connection& db_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

} // namespace annals::sqlite

#include <annals/persistence/sqlite/table_session.hpp>

#include <annals/messages/text.hpp>

#include <sqlite3.h>

namespace annals::sqlite {

namespace {

void bind_one(sqlite3_stmt* to, int at, const sql_value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    sqlite3_bind_int64(to, at, *number);
  else if (const auto* real = std::get_if<double>(&value))
    sqlite3_bind_double(to, at, *real);
  else if (const auto* text = std::get_if<std::string>(&value))
    sqlite3_bind_text64(to, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  else
    sqlite3_bind_null(to, at);
}

sql_value value_at(sqlite3_stmt* of, int column) {
  switch (sqlite3_column_type(of, column)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(of, column);
    case SQLITE_FLOAT: return sqlite3_column_double(of, column);
    case SQLITE_NULL: return {};
    default: break;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(of, column));
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(of, column)));
}

} // namespace

table_session::~table_session() {
  for (auto& [sql, each] : statements_)
    sqlite3_finalize(each);
}

// What the SQL of an application does wrong is no damage of the database.
void table_session::check(int code, std::string_view sql) const {
  auto kind = code & 0xff;
  if (kind != SQLITE_ERROR && kind != SQLITE_CONSTRAINT && kind != SQLITE_MISMATCH
      && kind != SQLITE_RANGE && kind != SQLITE_MISUSE)
    return db_.check(code);
  throw error{{errc::invalid_argument, std::string{"the database says of "}
                                           + annals::quoted(sql, 200) + ": "
                                           + sqlite3_errmsg(db_.handle())}};
}

sqlite3_stmt* table_session::prepared(std::string_view sql) {
  if (auto found = statements_.find(sql); found != statements_.end())
    return found->second;
  sqlite3_stmt* made = nullptr;
  check(sqlite3_prepare_v3(db_.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr),
        sql);
  statements_.emplace(sql, made);
  return made;
}

void table_session::bind(sqlite3_stmt* to, std::span<const sql_value> args) {
  for (std::size_t i = 0; i < args.size(); ++i)
    bind_one(to, static_cast<int>(i) + 1, args[i]);
}

std::uint64_t table_session::run(std::string_view sql, std::span<const sql_value> args) {
  ask(sql, args);
  return static_cast<std::uint64_t>(db_.rows_changed());
}

std::vector<std::vector<sql_value>> table_session::ask(std::string_view sql,
                                                       std::span<const sql_value> args) {
  auto* running = prepared(sql);
  struct ends {
    sqlite3_stmt* running;
    ~ends() {
      sqlite3_reset(running);
      sqlite3_clear_bindings(running);
    }
  } guard{running};
  bind(running, args);
  std::vector<std::vector<sql_value>> found;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(running)) == SQLITE_ROW) {
    auto& row = found.emplace_back();
    for (int column = 0; column < sqlite3_column_count(running); ++column)
      row.push_back(value_at(running, column));
  }
  if (code != SQLITE_DONE)
    check(code, sql);
  return found;
}

} // namespace annals::sqlite

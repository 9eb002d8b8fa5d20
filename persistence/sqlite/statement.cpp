#include <annals/persistence/sqlite/statement.hpp>

#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/engine_failure.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <limits>

namespace annals::sqlite {

statement::statement(connection& db, const char* sql) : db_{db} {
  db_.check(sqlite3_prepare_v3(db_.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt_, nullptr));
}

statement::~statement() { sqlite3_finalize(stmt_); }

void statement::bind(int at, std::int64_t value) {
  db_.check(sqlite3_bind_int64(stmt_, at, value));
}

// "No limit" is the largest number in the port and in SQLite, but not the same number.
void statement::bind(int at, std::uint64_t value) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  bind(at, static_cast<std::int64_t>(std::min(value, largest)));
}

void statement::bind(int at, std::string_view text) {
  // A null pointer would be NULL, and an empty text is not.
  const char* data = text.data() != nullptr ? text.data() : "";
  db_.check(sqlite3_bind_text64(stmt_, at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind(int at, const uuid& id) {
  if (id.is_nil())
    db_.check(sqlite3_bind_null(stmt_, at));
  else
    bind(at, always{id});
}

void statement::bind(int at, always blob) {
  db_.check(sqlite3_bind_blob(stmt_, at, blob.id.data, sizeof blob.id.data, SQLITE_STATIC));
}

bool statement::step() {
  int code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW)
    return true;
  db_.check(code);
  return false;
}

void statement::reset() noexcept {
  sqlite3_reset(stmt_); // its code only repeats what step() has already thrown
}

std::int64_t rows::number(int column) const { return sqlite3_column_int64(running_.stmt_, column); }

// As a blob: the same bytes, without the copy that a terminating zero would cost.
std::string_view rows::text(int column) const {
  const void* data = sqlite3_column_blob(running_.stmt_, column);
  auto size = sqlite3_column_bytes(running_.stmt_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

uuid rows::id(int column) const {
  auto bytes = text(column);
  uuid id{};
  if (bytes.empty())
    return id;
  if (bytes.size() != id.size())
    throw error{{errc::store_corrupt, "the store " + shown(running_.db_.file()) + " holds an id of "
                                          + std::to_string(bytes.size())
                                          + " bytes instead of 16; restore a backup"}};
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(id.data));
  return id;
}

} // namespace annals::sqlite

#include <annals/persistence/sqlite/connection.hpp>

#include <annals/persistence/sqlite/engine_failure.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <thread>

namespace annals::sqlite {

namespace {

// SQLite reads options from a file's name ("x?mode=ro", ":memory:"), so a name always goes to it
// as a URI in which everything unusual is escaped.
std::string uri_of(const std::filesystem::path& file, access how) {
  static constexpr char digits[] = "0123456789ABCDEF";
  static constexpr std::string_view plain = "/-._~";
  std::string uri = "file://";
  for (unsigned char c : file.native()) {
    bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || plain.find(static_cast<char>(c)) != plain.npos)
      uri += static_cast<char>(c);
    else
      uri.append({'%', digits[c >> 4], digits[c & 15]});
  }
  return how == access::frozen ? uri + "?immutable=1" : uri;
}

int flags_of(access how) {
  switch (how) {
    case access::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case access::write:
    case access::query: return SQLITE_OPEN_READWRITE;
    case access::frozen: break;
  }
  return SQLITE_OPEN_READONLY;
}

} // namespace

connection::connection(std::filesystem::path file, access how, std::chrono::milliseconds patience)
    : file_{std::move(file)}, how_{how}, patience_{std::min<std::chrono::milliseconds>(
                                             patience, std::chrono::hours{24})} {
  constexpr int shared = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  int code = sqlite3_open_v2(uri_of(file_, how).c_str(), &db_, flags_of(how) | shared, nullptr);
  if (code != SQLITE_OK) {
    auto why = engine_failure(db_, code, file_);
    sqlite3_close(db_);
    throw error{std::move(why)};
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_handler(db_, &connection::wait_for_lock, this);
  if (how == access::query)
    sqlite3_exec(db_, "PRAGMA query_only=1", nullptr, nullptr, nullptr);
}

connection::~connection() { sqlite3_close(db_); }

// SQLite's own waiting ends up sleeping 100 ms a time, which loses every race against a writer
// that commits back to back; short sleeps get their turn. Most commits take less than a
// millisecond; whoever holds the lock for long is not asked as often.
int connection::wait_for_lock(void* self, int attempt) {
  auto& me = *static_cast<connection*>(self);
  auto now = std::chrono::steady_clock::now();
  if (attempt == 0)
    me.waits_until_ = now + me.patience_;
  if (now >= me.waits_until_)
    return 0;
  constexpr int often = 20;
  auto hundreds = attempt < often ? 1 : std::min(attempt - often + 1, 20);
  std::this_thread::sleep_for(std::chrono::microseconds{100} * hundreds);
  return 1;
}

void connection::execute(const char* sql) {
  check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
}

std::int64_t connection::number(const char* sql) {
  statement query{*this, sql};
  auto row = query.run();
  return row.next() ? row.number(0) : 0;
}

std::string connection::text(const char* sql) {
  statement query{*this, sql};
  auto row = query.run();
  return row.next() ? std::string{row.text(0)} : std::string{};
}

std::int64_t connection::rows_changed() const noexcept { return sqlite3_changes(db_); }

bool connection::in_transaction() const noexcept { return sqlite3_get_autocommit(db_) == 0; }

bool connection::is_read_only() const noexcept { return sqlite3_db_readonly(db_, "main") == 1; }

bool connection::begins_like_sqlite() const noexcept {
  static constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, magic.size()> begin{};
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db_, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file != nullptr && file->pMethods != nullptr
         && file->pMethods->xRead(file, begin.data(), begin.size(), 0) == SQLITE_OK
         && std::string_view{begin.data(), begin.size()} == magic;
}

void connection::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
    throw error{engine_failure(db_, code, file_)};
}

} // namespace annals::sqlite

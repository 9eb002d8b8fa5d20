#include <annals/persistence/sqlite/engine_failure.hpp>

#include <annals/messages/text.hpp>

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace annals::sqlite {

namespace {

// Which system call failed for want of what: SQLite says "I/O error" for all of them.
int system_error_of(sqlite3* db, int code) {
  bool from_system = code == SQLITE_CANTOPEN || code == SQLITE_IOERR;
  return db != nullptr && from_system ? sqlite3_system_errno(db) : 0;
}

// Some of SQLite's paths lose the system's error; an exhausted disk still shows.
bool is_exhausted(const std::filesystem::path& file) {
  constexpr std::uintmax_t least = 64 << 10;
  std::error_code failed;
  auto space = std::filesystem::space(file.parent_path(), failed);
  return !failed && space.available < least;
}

errc code_for(int code, int system_error, const std::filesystem::path& file) {
  if (system_error == ENOSPC || system_error == EDQUOT)
    return errc::store_full;
  if (system_error == EROFS)
    return errc::store_read_only;
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return errc::store_locked;
    case SQLITE_FULL: return errc::store_full;
    case SQLITE_READONLY: return errc::store_read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT: return errc::store_corrupt;
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_AUTH: return errc::store_unavailable;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return is_exhausted(file) ? errc::store_full : errc::store_unavailable;
    default: return errc::internal;
  }
}

std::string advice(errc code) {
  switch (code) {
    case errc::store_locked:
      return "is locked by another program that writes to it; stop that one, or try again";
    case errc::store_full: return "cannot grow, its disk is full; free space there, then try again";
    case errc::store_read_only:
      return "may only be read; check the permissions of the file, its folder and its mount";
    case errc::store_corrupt:
      return "is damaged; stop what writes to it, make a copy, and restore a backup";
    case errc::store_unavailable:
      return "cannot be read or written; check its permissions and its disk, then try again";
    default: return "met an error that should not happen; please report it";
  }
}

} // namespace

std::string shown(const std::filesystem::path& file) {
  return annals::quoted(file.native(), file.native().size() + 1);
}

failure engine_failure(sqlite3* db, int code, const std::filesystem::path& file) {
  int primary = code & 0xff;
  int system_error = system_error_of(db, primary);
  auto meaning = code_for(primary, system_error, file);
  auto detail = db != nullptr ? std::string{sqlite3_errmsg(db)} : sqlite3_errstr(code);
  if (system_error != 0)
    detail += std::string{", "} + std::strerror(system_error);
  return {meaning, "the store " + shown(file) + ' ' + advice(meaning) + " (" + detail + ')'};
}

} // namespace annals::sqlite

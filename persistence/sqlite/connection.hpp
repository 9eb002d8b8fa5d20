#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

struct sqlite3;

namespace annals::sqlite {

/// What a connection may do with its file.
enum class access {
  /// Read and write; the file is made when it is not there.
  create,
  /// Read and write.
  write,
  /// Only read, beside writers. Where the file may be written, the last to close it tidies up
  /// what SQLite keeps beside it.
  query,
  /// Only read, without any lock: for a file that nobody can write at the same time.
  frozen,
};

/// One connection to a store's file, for one thread at a time. Everything here throws
/// `annals::error`, naming the file.
class connection {
public:
  /// Opens `file` (absolute); waits at most `patience` for a lock, each time.
  connection(std::filesystem::path file, access how, std::chrono::milliseconds patience);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs SQL text that gives no rows.
  void execute(const char* sql);
  /// The first column of the first row, as a number or as text.
  std::int64_t number(const char* sql);
  std::string text(const char* sql);

  /// How many rows the last INSERT, UPDATE or DELETE changed.
  std::int64_t rows_changed() const noexcept;

  /// Whether a transaction is open; SQLite itself ends one after some errors.
  bool in_transaction() const noexcept;
  /// Whether the file may not be written, whatever was asked for.
  bool is_read_only() const noexcept;

  /// Whether the file begins as every SQLite file does. Read through SQLite's own handle: to open
  /// and close the file beside it would take away its locks.
  bool begins_like_sqlite() const noexcept;

  /// Throws what `code` means for this file, unless it is a success.
  void check(int code) const;

  const std::filesystem::path& file() const noexcept { return file_; }
  access how() const noexcept { return how_; }
  std::chrono::milliseconds patience() const noexcept { return patience_; }
  sqlite3* handle() const noexcept { return db_; }

private:
  static int wait_for_lock(void* self, int attempt);

  std::filesystem::path file_;
  access how_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point waits_until_;
  sqlite3* db_ = nullptr;
};

} // namespace annals::sqlite

#pragma once

#include <annals/messages/ids.hpp>

#include <cstdint>
#include <string_view>

struct sqlite3_stmt;

namespace annals::sqlite {

class connection;
class rows;

/// An id that is stored even when it is nil; a plain uuid that is nil is stored as NULL.
struct always {
  const uuid& id;
};

/// A prepared statement of a connection. Throws `annals::error`.
class statement {
public:
  statement(connection& db, const char* sql);
  ~statement();
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  /// Starts the statement with `args` for ?1, ?2, …. Nothing is copied: texts and ids must stay
  /// where they are until the rows are destroyed.
  template <class... Args>
  rows run(const Args&... args);

  /// Runs the statement to its end, for what gives no rows.
  template <class... Args>
  void execute(const Args&... args);

private:
  friend class rows;

  void bind(int at, std::int64_t value);
  void bind(int at, std::uint64_t value);
  void bind(int at, std::uint32_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, std::string_view text);
  void bind(int at, const uuid& id);
  void bind(int at, always blob);
  bool step();
  void reset() noexcept;

  connection& db_;
  sqlite3_stmt* stmt_ = nullptr;
};

/// The rows of a statement that is running; it ends (and with it a read's view of the store) when
/// this goes out of scope. Views of a row hold until the next one.
class rows {
public:
  explicit rows(statement& running) : running_{running} {}
  ~rows() { running_.reset(); }
  rows(const rows&) = delete;
  rows& operator=(const rows&) = delete;

  /// Goes to the next row, if there is one.
  bool next() { return running_.step(); }

  std::int64_t number(int column) const;
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(number(column)); }
  std::string_view text(int column) const;
  /// Nil for NULL; anything but 16 bytes is damage.
  uuid id(int column) const;

private:
  statement& running_;
};

template <class... Args>
rows statement::run(const Args&... args) {
  int at = 0;
  (bind(++at, args), ...);
  return rows{*this};
}

template <class... Args>
void statement::execute(const Args&... args) {
  auto running = run(args...);
  while (running.next()) {}
}

} // namespace annals::sqlite

#pragma once

#include <annals/persistence/postgres/arguments.hpp>
#include <annals/persistence/postgres/rows.hpp>
#include <annals/persistence/postgres/settings.hpp>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

struct pg_conn;

namespace annals::postgres {

/// A statement by the name under which a connection prepares it when it first runs it.
struct statement {
  const char* name;
  const char* sql;
};

/// A statement with its arguments.
struct call {
  const statement* what;
  arguments with{};
};

/// What the server calls a session, so that it can be ended from another one.
struct session_name {
  std::int64_t process = 0;
  std::string began;
};

/// What a session has told those who listen to a channel.
struct notice {
  std::int64_t from_process = 0;
  std::string words;
};

/// A connection as libpq makes it, good or not; for PQfinish.
pg_conn* connect(const settings& where);

/// One connection to the server, for one thread at a time. Everything here throws `annals::error`;
/// `connection_lost` where the connection is gone, which leaves the object of no further use.
class connection {
public:
  /// Connects, and says how this program wants to be served. `where` must outlive it.
  explicit connection(const settings& where);

  /// Runs SQL text without arguments; the last statement's answer, in text.
  rows execute(const std::string& sql);

  /// Runs one statement with arguments in text, null for NULL; its answer in text, good or not.
  /// What an answer is not good for is said by `refuse`.
  rows answer_in_text(const std::string& sql, std::span<const char* const> values);
  /// Throws what an answer that is not good says.
  [[noreturn]] void refuse(const rows& answer) const;

  /// Runs one statement.
  rows run(const call& one);

  /// Runs statements in one round trip and, unless BEGIN is or was among them, in one transaction.
  /// The first failure stops what follows it and is thrown.
  std::vector<rows> run(std::span<const call> calls);

  /// Whether a transaction was begun and not ended.
  bool in_transaction() const noexcept;
  /// Whether the server waits for something, or is in the middle of an answer.
  bool is_busy() const noexcept;
  /// As `server_version_num`: 150020.
  int server_version() const noexcept;
  /// What the server has reported of itself, such as its "server_encoding"; empty where it has not.
  std::string reported(const char* parameter) const;

  /// What has come on the channels that this session listens to; waits for nothing.
  std::vector<notice> take_notices();
  /// For `poll`: readable when there may be notices.
  int socket() const noexcept;
  const settings& where() const noexcept { return where_; }
  const session_name& name() const noexcept { return name_; }

private:
  struct close {
    void operator()(pg_conn* db) const;
  };

  void prepare(const call& one);
  int send(const call& one);
  // All of what was sent; its last answer, as `PQexec` gives it.
  rows last_answer(int was_taken);
  rows checked(rows answer);
  std::vector<rows> collect();
  [[noreturn]] void broken();
  [[noreturn]] static void refuse_copy();
  void set_up();

  const settings& where_;
  std::unique_ptr<pg_conn, close> db_;
  std::set<const statement*> prepared_;
  session_name name_;
};

/// A transaction, rolled back unless it was committed.
class transaction {
public:
  explicit transaction(connection& db) : db_{db} {}
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  static const statement begin;
  static const statement commit;

private:
  connection& db_;
};

} // namespace annals::postgres

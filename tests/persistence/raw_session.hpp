#pragma once

#include <string>

struct pg_conn;

namespace annals::tests {

/// A session of another program, which runs what SQL a test likes.
class raw_session {
public:
  explicit raw_session(const std::string& url);
  ~raw_session();
  raw_session(const raw_session&) = delete;
  raw_session& operator=(const raw_session&) = delete;

  /// Fails the test where the SQL fails; the first column of the last statement's first row.
  std::string run(const std::string& sql);

private:
  pg_conn* db_;
};

/// One that runs just this.
std::string run_sql(const std::string& url, const std::string& sql);

} // namespace annals::tests

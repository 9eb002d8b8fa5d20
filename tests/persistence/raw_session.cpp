#include "tests/persistence/raw_session.hpp"

#include <catch2/catch.hpp>

#include <libpq-fe.h>

#include <memory>

namespace annals::tests {

raw_session::raw_session(const std::string& url) : db_{PQconnectdb(url.c_str())} {}

raw_session::~raw_session() { PQfinish(db_); }

std::string raw_session::run(const std::string& sql) {
  std::unique_ptr<PGresult, decltype(&PQclear)> answer{PQexec(db_, sql.c_str()), PQclear};
  auto status = PQresultStatus(answer.get());
  INFO(sql << ": " << PQerrorMessage(db_));
  REQUIRE((status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK));
  return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
}

std::string run_sql(const std::string& url, const std::string& sql) {
  return raw_session{url}.run(sql);
}

} // namespace annals::tests

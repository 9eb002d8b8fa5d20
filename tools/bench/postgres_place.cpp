#include <annals/tools/bench/postgres_place.hpp>

#include <annals/persistence/postgres/connection.hpp>

#include <unistd.h>

namespace annals::tools::bench {

namespace {

// The last parameter of a name holds.
std::string in_schema(const std::string& url, const std::string& schema) {
  auto whole = url == "postgresql:" ? url + "//" : url;
  return whole + (whole.find('?') == std::string::npos ? '?' : '&') + "annals_schema=" + schema;
}

void run_sql(const std::string& store, const std::string& sql) {
  auto where = postgres::read_settings(store, {});
  postgres::connection db{where};
  db.execute(sql);
}

} // namespace

postgres_place::postgres_place(const std::string& url)
    : schema_{"annals_bench_" + std::to_string(getpid())}, store_{in_schema(url, schema_)} {
  run_sql(store_, "DROP SCHEMA IF EXISTS " + schema_ + " CASCADE");
}

postgres_place::~postgres_place() {
  try {
    run_sql(store_, "DROP SCHEMA IF EXISTS " + schema_ + " CASCADE");
  } catch (const error&) {
    // The server is gone; whoever looks at it next finds the schema by its name.
  }
}

} // namespace annals::tools::bench

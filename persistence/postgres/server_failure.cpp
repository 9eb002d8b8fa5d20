#include <annals/persistence/postgres/server_failure.hpp>

#include <annals/messages/text.hpp>

#include <libpq-fe.h>

#include <array>

namespace annals::postgres {

namespace {

struct meaning {
  std::string_view sqlstate; // a whole one, or the class that it begins with
  errc code;
  std::string_view advice;
};

constexpr std::string_view damaged = "is damaged; stop what writes to it and restore a backup";
constexpr std::string_view changed =
    "lacks a table, a column or a right that it needs; look whether another program has changed "
    "its schema, and open it again";
constexpr std::string_view locked =
    "is locked by another program that writes to it; stop that one, or try again";
constexpr std::string_view lost = "cannot be reached; check the server and the network, then try "
                                  "again";

// The first that fits.
constexpr std::array meanings{
    meaning{"53100", errc::store_full,
            "cannot grow, the server's disk is full; free space there, then try again"},
    meaning{"25006", errc::store_read_only,
            "may only be read: the server is a standby, or the role or the database has "
            "default_transaction_read_only; connect to the primary, or change that"},
    meaning{"42501", errc::store_read_only,
            "refuses this role; GRANT it USAGE on the schema, and SELECT, INSERT, UPDATE and "
            "DELETE on its tables"},
    meaning{"55P03", errc::store_locked, locked},
    meaning{"40", errc::store_locked, locked},
    meaning{"23505", errc::store_corrupt,
            "was written by another program that does not keep its rules; verify it and restore a "
            "backup"},
    meaning{"3F000", errc::store_corrupt, changed},
    meaning{"42P01", errc::store_corrupt, changed},
    meaning{"42703", errc::store_corrupt, changed},
    meaning{"42", errc::internal, "met an error that should not happen; please report it"},
    meaning{"22", errc::internal, "met an error that should not happen; please report it"},
    meaning{"23", errc::store_corrupt, changed},
    meaning{"XX001", errc::store_corrupt, damaged},
    meaning{"XX002", errc::store_corrupt, damaged},
    meaning{"58P01", errc::store_corrupt, damaged},
    meaning{"57014", errc::store_unavailable,
            "was told to stop a statement, by a person or by statement_timeout; raise that, then "
            "try again"},
    meaning{"54000", errc::invalid_argument,
            "cannot hold a text that is so large; store large data elsewhere and refer to it"},
    meaning{"08", errc::store_unavailable, lost},
    meaning{"57P", errc::store_unavailable, lost},
};

constexpr meaning any_other{
    "", errc::store_unavailable,
    "met an error of the server; see what it says, and its own log, then try again"};

const meaning& meaning_of(std::string_view sqlstate) {
  for (const auto& known : meanings)
    if (sqlstate.starts_with(known.sqlstate))
      return known;
  return any_other;
}

// One line, whatever libpq or the server say.
std::string one_line(std::string_view words) {
  std::string line;
  for (auto c : words.substr(0, words.find_last_not_of("\n ") + 1))
    line += c == '\n' || c == '\t' ? ' ' : c;
  return line;
}

bool ends_connection(std::string_view sqlstate) {
  return sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "25P03";
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace

failure server_failure(std::string_view sqlstate, std::string_view words, std::string_view shown) {
  const auto& known = meaning_of(sqlstate);
  auto detail = one_line(words);
  if (!sqlstate.empty())
    detail += ", SQLSTATE " + std::string{sqlstate};
  return {known.code, "the store " + std::string{shown} + ' ' + std::string{known.advice} + " ("
                          + detail + ')'};
}

// At this point libpq has no SQLSTATE, only words, in the server's language: what is not recognised
// is still told in full.
failure connect_failure(std::string_view words, std::string_view shown) {
  auto advice = "check host and port, that the server runs and that it takes connections from here";
  auto code = errc::store_unavailable;
  if (has(words, "invalid ") && (has(words, " value") || has(words, "port number"))) {
    code = errc::invalid_argument;
    advice = "correct its URL or the environment";
  } else if (has(words, "password") || has(words, "authentication") || has(words, "role \"")
             || has(words, "pg_hba.conf"))
    advice = "check user and password, and the server's pg_hba.conf";
  else if (has(words, "database \"") && has(words, "does not exist")) {
    code = errc::not_found;
    advice = "check the database's name, or create it with ENCODING 'UTF8'";
  } else if (has(words, "permission denied for database"))
    advice = "GRANT the role CONNECT on the database";
  else if (has(words, "too many clients") || has(words, "remaining connection slots"))
    advice = "raise the server's max_connections, or let fewer programs connect";
  else if (has(words, "SSL") || has(words, "certificate"))
    advice = "check sslmode and the certificates";
  return {code, "the store " + std::string{shown} + " cannot be opened; " + advice + " ("
                    + one_line(words) + ')'};
}

void throw_failure(pg_conn* db, const pg_result* failed, std::string_view shown) {
  const auto* state = failed != nullptr ? PQresultErrorField(failed, PG_DIAG_SQLSTATE) : nullptr;
  const auto* primary =
      failed != nullptr ? PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  std::string_view sqlstate = state != nullptr ? state : "";
  std::string_view words = primary != nullptr ? primary : PQerrorMessage(db);
  if (PQstatus(db) == CONNECTION_BAD || ends_connection(sqlstate))
    throw connection_lost{server_failure(sqlstate.empty() ? "08006" : sqlstate, words, shown)};
  auto why = server_failure(sqlstate, words, shown);
  if (sqlstate == "23505")
    throw key_taken{std::move(why)};
  throw error{std::move(why)};
}

} // namespace annals::postgres

#pragma once

#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/sql_session.hpp>

namespace annals::postgres {

/// SQL on a connection, for code of an application: arguments and answers go as text, and their
/// types are what the server makes of them. A round trip each. Throws `connection_lost` as well.
class text_session : public sql_session {
public:
  explicit text_session(connection& db) : db_{db} {}

  std::uint64_t run(std::string_view sql, std::span<const sql_value> args) override;
  std::vector<std::vector<sql_value>> ask(std::string_view sql,
                                          std::span<const sql_value> args) override;

private:
  rows answer(std::string_view sql, std::span<const sql_value> args);

  connection& db_;
};

} // namespace annals::postgres

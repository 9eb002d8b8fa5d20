#include <annals/persistence/postgres/text_session.hpp>

#include <annals/messages/text.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace annals::postgres {

namespace {

// ?1 as the server has it, $1; not within quotes.
std::string with_dollars(std::string_view sql) {
  std::string made;
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const auto c = sql[i];
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    const bool is_argument =
        quote == 0 && c == '?' && i + 1 < sql.size() && sql[i + 1] >= '1' && sql[i + 1] <= '9';
    made += is_argument ? '$' : c;
  }
  return made;
}

std::optional<std::string> text_of(const sql_value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value))
    return *text;
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr)
    return std::nullopt;
  std::array<char, 64> digits{};
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *real).ptr;
  return std::string{digits.data(), end};
}

// By the server's numbers of types.
sql_value value_in(const pg_result* of, int row, int column) {
  if (PQgetisnull(of, row, column) == 1)
    return {};
  const std::string text = PQgetvalue(of, row, column);
  switch (PQftype(of, column)) {
    case 16: return std::int64_t{text == "t" ? 1 : 0};
    case 20:
    case 21:
    case 23: return std::int64_t{std::strtoll(text.c_str(), nullptr, 10)};
    case 700:
    case 701:
    case 1700: return std::strtod(text.c_str(), nullptr);
    default: return text;
  }
}

// What the SQL of an application does wrong is no damage of the store. Going on after SQL that has
// failed is among it (25P02): the server takes nothing more in that transaction.
bool is_of_application(std::string_view sqlstate) {
  for (auto begin : {"0A", "21", "22", "23", "25P02", "2B", "42", "44", "P0"})
    if (sqlstate.starts_with(begin) && sqlstate != "42501")
      return true;
  return false;
}

} // namespace

rows text_session::answer(std::string_view sql, std::span<const sql_value> args) {
  std::vector<std::optional<std::string>> texts;
  for (const auto& each : args)
    texts.push_back(text_of(each));
  std::vector<const char*> values;
  for (const auto& each : texts)
    values.push_back(each ? each->c_str() : nullptr);
  auto made = db_.answer_in_text(with_dollars(sql), values);
  if (made.status() == PGRES_COMMAND_OK || made.status() == PGRES_TUPLES_OK)
    return made;
  const auto* state = PQresultErrorField(made.raw(), PG_DIAG_SQLSTATE);
  if (state == nullptr || !is_of_application(state))
    db_.refuse(made);
  throw error{
      {errc::invalid_argument, "the database says of " + quoted(sql, 200) + ": "
                                   + PQresultErrorField(made.raw(), PG_DIAG_MESSAGE_PRIMARY)}};
}

std::uint64_t text_session::run(std::string_view sql, std::span<const sql_value> args) {
  return answer(sql, args).changed();
}

std::vector<std::vector<sql_value>> text_session::ask(std::string_view sql,
                                                      std::span<const sql_value> args) {
  auto found = answer(sql, args);
  std::vector<std::vector<sql_value>> all;
  for (int row = 0; row < found.size(); ++row) {
    auto& values = all.emplace_back();
    for (int column = 0; column < PQnfields(found.raw()); ++column)
      values.push_back(value_in(found.raw(), row, column));
  }
  return all;
}

} // namespace annals::postgres

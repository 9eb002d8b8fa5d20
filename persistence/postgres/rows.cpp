#include <annals/persistence/postgres/rows.hpp>

#include <annals/messages/error.hpp>
#include <annals/persistence/postgres/text_form.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>

namespace annals::postgres {

std::int64_t row::number(int column) const {
  std::uint64_t number = 0;
  for (auto byte : bytes(column))
    number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

std::string_view row::bytes(int column) const {
  return {PQgetvalue(of_, index_, column),
          static_cast<std::size_t>(PQgetlength(of_, index_, column))};
}

std::string row::text(int column) const {
  auto stored = bytes(column);
  return stored.find('\1') == std::string_view::npos ? std::string{stored} : original_form(stored);
}

uuid row::id(int column) const {
  uuid id{};
  auto stored = bytes(column);
  if (stored.size() == id.size())
    std::copy_n(reinterpret_cast<const std::uint8_t*>(stored.data()), id.size(), id.begin());
  return id;
}

bool row::flag(int column) const { return number(column) != 0; }

rows::rows(pg_result* answer) : answer_{answer} {}

void rows::clear::operator()(pg_result* answer) const { PQclear(answer); }

int rows::size() const noexcept { return PQntuples(answer_.get()); }

int rows::status() const noexcept { return PQresultStatus(answer_.get()); }

std::uint64_t rows::changed() const {
  return std::strtoull(PQcmdTuples(answer_.get()), nullptr, 10);
}

} // namespace annals::postgres

#pragma once

#include <annals/messages/error.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace annals {

/// What stands in a column: NULL, a whole number, a number, or a text in UTF-8.
using sql_value = std::variant<std::monostate, std::int64_t, double, std::string>;

/// SQL within a transaction that somebody else has begun and will end. Throws `annals::error` for
/// SQL that is wrong (`invalid_argument`) and for what the database fails with.
class sql_session {
public:
  virtual ~sql_session() = default;

  /// Runs one statement with `args` for ?1, ?2, …; how many rows it has changed.
  template <class... Args>
  std::uint64_t execute(std::string_view sql, const Args&... args) {
    return run(sql, values(args...));
  }

  /// The rows that one statement gives.
  template <class... Args>
  std::vector<std::vector<sql_value>> query(std::string_view sql, const Args&... args) {
    return ask(sql, values(args...));
  }

  /// What `execute` calls: runs one statement, and gives how many rows it has changed.
  virtual std::uint64_t run(std::string_view sql, std::span<const sql_value> args) = 0;
  /// What `query` calls: the rows that one statement gives, each with its columns in order.
  virtual std::vector<std::vector<sql_value>> ask(std::string_view sql,
                                                  std::span<const sql_value> args) = 0;

private:
  template <class... Args>
  static std::vector<sql_value> values(const Args&... args) {
    std::vector<sql_value> all;
    all.reserve(sizeof...(args));
    (all.push_back(value_of(args)), ...);
    return all;
  }

  static sql_value value_of(std::integral auto number) { return static_cast<std::int64_t>(number); }
  static sql_value value_of(std::floating_point auto number) { return static_cast<double>(number); }
  static sql_value value_of(std::string_view text) { return std::string{text}; }
  static sql_value value_of(const std::string& text) { return text; }
  static sql_value value_of(const char* text) { return std::string{text}; }
  static sql_value value_of(const sql_value& value) { return value; }
  static sql_value value_of(std::nullptr_t) { return {}; }
};

} // namespace annals

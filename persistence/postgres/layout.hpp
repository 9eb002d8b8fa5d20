#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace annals::postgres {

class connection;

/// The layout that this release reads and writes.
inline constexpr std::int64_t current_layout = 2;

/// Whose a schema is.
struct layout_mark {
  /// Whether there is such a schema.
  bool has_schema = false;
  /// Whether tables of our names are in it.
  bool has_tables = false;
  /// As the table `layout` says; empty and 0 where there is no such table, or not ours.
  std::string program;
  std::int64_t number = 0;
  /// "events.payload": the columns that this release needs and that are not there.
  std::vector<std::string> missing;

  bool is_fresh() const noexcept { return !has_tables; }
};

/// The name that `layout` has as program.
inline constexpr auto our_program = "annals";

/// Reads the mark; needs no rights but to connect, except for what `layout` says. Throws
/// `annals::error`.
layout_mark read_mark(connection& db);

/// What `layout` says as number. Throws `annals::error`, also where it is not there.
std::int64_t layout_number(connection& db);

/// Makes schema, tables and view, or brings those of an older layout up to date, in one transaction
/// and under the lock of all who write. Does nothing where another process has done so since.
/// Throws `annals::error`.
void bring_up_to_date(connection& db);

/// The key of the advisory lock that all who write to a schema take, so that they take turns.
std::int64_t writer_lock(const std::string& schema);

} // namespace annals::postgres

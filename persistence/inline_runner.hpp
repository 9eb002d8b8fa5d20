#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/inline_projection.hpp>

#include <span>
#include <vector>

namespace annals {

/// The inline projections of a store that has SQL, for its writer: one thread. Each call is within
/// a transaction that somebody else has begun and will end; what it gives or throws undoes that.
class inline_runner {
public:
  bool empty() const noexcept { return all_.empty(); }

  /// Makes the tables of those that are new in the store. Gives `invalid_argument` for two of one
  /// name, for one that is stored with another schema version, or where SQL is wrong.
  result<void> begin(sql_session& db, std::span<const inline_projection> all);

  /// Where each of them is up to, at least.
  log_position position(sql_session& db) const;

  /// Takes in what lies between there and `end`, at most `limit` events: somebody without these
  /// projections has written to the log. Returns where they are.
  result<log_position> catch_up(sql_session& db, event_reader& reader, log_position end,
                                std::size_t limit);

  /// Takes in events that are about to be stored. What fails leaves changes behind that are to be
  /// undone. Throws what the database fails with for everybody.
  result<void> project(sql_session& db, std::span<const recorded_event> events) const;

  /// All of them are up to `end` now.
  void move_to(sql_session& db, log_position end) const;

private:
  static result<void> begin_one(sql_session& db, const inline_projection& one);

  std::vector<inline_projection> all_;
};

/// The events of a request as they will be stored, where the log ends at `end`.
std::vector<recorded_event> as_recorded(const append_request& request, log_position end);

} // namespace annals

#pragma once

#include <annals/persistence/postgres/append_plan.hpp>
#include <annals/persistence/postgres/connection.hpp>

namespace annals::postgres {

/// What must still hold when the rows are stored, where the plan was made before the lock was
/// taken. New rows of streams check themselves: no version and no name can be taken twice.
struct append_guard {
  /// Streams that the plan does not write must still end where it believes.
  std::vector<stream_head> unchanged;
  /// Streams that must still not be there.
  std::vector<std::string_view> absent;
  /// Commands that must still have no final outcome in their stream.
  std::vector<command_key> unanswered;
};

/// One statement that stores all rows of the plan after the end of the log, if the guard holds: its
/// answer has one row then, the position before the first event, and no row otherwise.
call store_guarded(const append_plan& plan, const append_guard& guard);

/// Statements that store all rows of the plan after position `base`. A statement is kept from
/// becoming too large for the server.
std::vector<call> store_after(const append_plan& plan, log_position base);

/// Waits until no other writer is at work, in the transaction that is open. A statement of its own,
/// so that those after it see what others have committed until then.
call take_turn(std::int64_t lock);

/// Statements that store outcomes of another store that are not there yet, and the plan's values.
std::vector<call> take_over_calls(const append_plan& plan);

/// Whether one statement holds all events of the plan.
bool fits_one_statement(const append_plan& plan);

} // namespace annals::postgres

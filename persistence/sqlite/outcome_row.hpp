#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/statement.hpp>

namespace annals::sqlite {

/// The columns that `outcome_from` reads, in its order, at the front of a query.
#define ANNALS_OUTCOME_COLUMNS                                                                     \
  "stream, command_id, correlation_id, command, time, digest, version, position, events, "         \
  "code, message "

/// The outcome that a row holds, which begins with the columns above.
command_outcome outcome_from(const rows& row);

} // namespace annals::sqlite

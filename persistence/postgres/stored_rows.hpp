#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/postgres/rows.hpp>

#include <string>

namespace annals::postgres {

/// The columns that `event_from` reads, in its order, at the front of a query.
#define ANNALS_PG_EVENT_COLUMNS                                                                    \
  "position, stream, version, schema_version, time, command_digest, id, correlation_id, "          \
  "causation_id, type, metadata, payload "

/// The event that a row holds, which begins with the columns above; `stream` is its stream's name.
recorded_event event_from(const row& found, std::string_view stream);

/// The columns that `outcome_from` reads, in its order, at the front of a query.
#define ANNALS_PG_OUTCOME_COLUMNS                                                                  \
  "stream, command_id, correlation_id, command, time, digest, version, position, events, "         \
  "code, message "

/// The outcome that a row holds, which begins with the columns above.
command_outcome outcome_from(const row& found);

/// A row of projection, checkpoint, schema version and model.
stored_model model_from(const row& found);

/// A row of stream, version, position, schema version, time and state.
stored_snapshot snapshot_from(const row& found);

} // namespace annals::postgres

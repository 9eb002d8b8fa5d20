#pragma once

#include <annals/messages/events.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include <string_view>

namespace annals::sqlite {

/// The columns that `event_from` reads, in its order, at the front of a query.
#define ANNALS_EVENT_COLUMNS                                                                       \
  "position, stream, version, id, type, schema_version, time, correlation_id, causation_id, "      \
  "metadata, payload, command_digest "

/// The event that a row holds, which begins with the columns above; `stream` is its stream's name.
recorded_event event_from(const rows& row, std::string_view stream);

} // namespace annals::sqlite

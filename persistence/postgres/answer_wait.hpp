#pragma once

#include <annals/persistence/postgres/settings.hpp>

struct pg_conn;

namespace annals::postgres {

/// Sends what libpq has kept of a statement and waits until `PQgetResult` would not wait, which
/// also says it where the connection is lost. A server that is silent for `settings::silence` is
/// asked on a connection of its own whether it is there: one that works for long is waited for, one
/// that hangs is not. Past `settings::give_up_at` it is asked after a second. Throws
/// `connection_lost` for one that hangs. Blocks.
void wait_for_answer(pg_conn* db, const settings& where);

} // namespace annals::postgres

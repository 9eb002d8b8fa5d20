#pragma once

#include <annals/persistence/open_store.hpp>

namespace annals {

/// Opens a store in a PostgreSQL database: "postgresql://USER@HOST:PORT/DATABASE", with every
/// setting of libpq in the URL or the environment, and two of ours in the URL: `annals_schema`
/// ("annals") is the schema that has the tables, `annals_reconnect_timeout` (30) how many seconds a
/// call goes on after its connection is lost. What `append` acknowledged is on the server's disk.
/// Several processes may write to one schema. The store and each reader have a connection each.
/// Failures as for `open_store`. There only where Annals was built with libpq
/// (ANNALS_WITH_POSTGRES).
result<std::unique_ptr<event_store>> open_postgres_store(std::string_view url,
                                                         store_options options = {});

} // namespace annals

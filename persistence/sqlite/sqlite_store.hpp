#pragma once

#include <annals/persistence/open_store.hpp>

namespace annals {

/// Opens a store in an SQLite file. Everything that `append` acknowledged is on disk (write-ahead
/// log, synced at each commit). Several processes may open the same file, also to write. Failures
/// as for `open_store`. There only where Annals was built with SQLite (ANNALS_WITH_SQLITE).
result<std::unique_ptr<event_store>> open_sqlite_store(std::string_view path,
                                                       store_options options = {});

} // namespace annals

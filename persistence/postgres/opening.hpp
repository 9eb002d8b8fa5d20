#pragma once

#include <annals/persistence/postgres/settings.hpp>

#include <memory>

namespace annals::postgres {

class connection;

/// Connects for the first time: checks the server, makes or migrates the schema as `mode` allows,
/// checks layout, columns and rights. Throws `annals::error`.
std::unique_ptr<connection> open_first(const settings& where, open_mode mode);

/// Connects once more, now that the schema was found good: checks only that nobody has brought it
/// to another layout. Throws `annals::error`.
std::unique_ptr<connection> open_again(const settings& where);

/// Refuses a server that is too old, as `connection::server_version` gives it. Throws
/// `annals::error`.
void check_server_version(int version, const std::string& shown);

} // namespace annals::postgres

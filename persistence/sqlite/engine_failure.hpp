#pragma once

#include <annals/messages/error.hpp>
#include <annals/persistence/at_port.hpp>

#include <filesystem>

struct sqlite3;

namespace annals::sqlite {

/// What SQLite's extended result code `code` means for a store in `file`: which failure, and what
/// to do. `db` may be null.
failure engine_failure(sqlite3* db, int code, const std::filesystem::path& file);

/// The path for a message: whole, and safe to print.
std::string shown(const std::filesystem::path& file);

} // namespace annals::sqlite

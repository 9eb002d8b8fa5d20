#pragma once

#include <annals/messages/error.hpp>

#include <filesystem>
#include <new>
#include <type_traits>

struct sqlite3;

// Within this room a failure of the engine travels as annals::error, so that every transaction on
// its way is rolled back; where the port begins it becomes a value again.
namespace annals::sqlite {

/// What SQLite's extended result code `code` means for a store in `file`: which failure, and what
/// to do. `db` may be null.
failure engine_failure(sqlite3* db, int code, const std::filesystem::path& file);

/// The path for a message: whole, and safe to print.
std::string shown(const std::filesystem::path& file);

/// Runs `body` at the border of the port: what it returns, or the failure that it threw.
template <class Body>
auto at_port(Body body) -> result<std::invoke_result_t<Body&>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body&>>) {
      body();
      return {};
    } else {
      return body();
    }
  } catch (const error& e) {
    return e.why();
  } catch (const std::bad_alloc&) {
    return failure{errc::store_unavailable, "there is no memory left for the store; free some"};
  }
}

} // namespace annals::sqlite

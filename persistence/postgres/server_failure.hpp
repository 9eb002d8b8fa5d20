#pragma once

#include <annals/messages/error.hpp>

#include <string_view>

struct pg_conn;
struct pg_result;

namespace annals::postgres {

/// The connection is gone, or could not be made. Who can do so connects again; else it is a
/// `store_unavailable` like any other.
class connection_lost : public error {
public:
  using error::error;
};

/// A unique key was to be taken twice.
class key_taken : public error {
public:
  using error::error;
};

/// What a SQLSTATE and the server's own words mean for the store `shown`: which failure, and what
/// to do.
failure server_failure(std::string_view sqlstate, std::string_view words, std::string_view shown);

/// Why no connection could be made, in libpq's words: which failure, and what to do.
failure connect_failure(std::string_view words, std::string_view shown);

/// Throws what a failed statement means: `connection_lost`, `key_taken` or another `annals::error`.
[[noreturn]] void throw_failure(pg_conn* db, const pg_result* failed, std::string_view shown);

} // namespace annals::postgres

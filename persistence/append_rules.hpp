#pragma once

#include <annals/persistence/event_store.hpp>

namespace annals {

/// The largest event that a store takes, in bytes of type, metadata and payload together: what
/// every back-end can hold in one row.
inline constexpr std::size_t largest_event = 512U << 20;

/// What every store asks of a request before it looks at versions: a stream's name and at least
/// one event, none too large. Gives `invalid_argument`.
result<void> check_request(const append_request& request);

/// The outcome of a request whose stream is at another version, in the same words on every store.
failure version_conflict(std::string_view stream, stream_version expected, stream_version actual);

} // namespace annals

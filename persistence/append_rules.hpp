#pragma once

#include <annals/persistence/event_store.hpp>

namespace annals {

/// The largest event that a store takes, in bytes of type, metadata and payload together: what
/// every back-end can hold in one row.
inline constexpr std::size_t largest_event = 512U << 20;

/// What every store asks of a request before it looks at versions: names, something to store, no
/// event too large, no stream twice, no command with two final outcomes. Gives `invalid_argument`.
result<void> check_request(const append_request& request);

/// How many events a request brings, in all its streams.
std::size_t count_events(const append_request& request) noexcept;

/// The furthest position that a group was told of; 0 where none of its requests stored an event.
log_position last_position(std::span<const append_outcome> outcomes) noexcept;

/// Whether the command has been answered for good: accepted, or refused for a reason that stays.
/// There is one such outcome of a command and stream; failures may come again and again.
bool is_final(const command_outcome& outcome) noexcept;

// Outcomes of requests in the same words on every store.

/// A stream is at another version.
failure version_conflict(std::string_view stream, stream_version expected, stream_version actual);

/// A command has its final outcome already, from another writer.
failure answered_elsewhere(std::string_view stream, const uuid& command_id);

/// A unique value is held by another stream.
failure already_taken(const reservation& wanted, std::string_view holder);

/// Another generation of a read model is stored.
failure model_replaced(const stored_model& model);

/// Whether a part of the log is one; otherwise `invalid_argument`.
result<void> check_log_part(log_part part);

/// Snapshots are to be saved and none kept.
failure keeps_no_snapshots();

} // namespace annals

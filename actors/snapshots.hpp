#pragma once

#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <optional>
#include <span>
#include <string>

namespace annals {

/// Makes `instance`, a fresh one of `type`, what `snapshot` says. `events` are those of the stream
/// from the snapshot's version on: the event of that version itself proves that the stream is the
/// one that the snapshot was taken of. Where the snapshot is of no use, the failure says why and
/// the stream has to be replayed with another fresh instance. Does not block.
result<void> restore_snapshot(const registry& domain, const aggregate_type& type,
                              aggregate_instance& instance, const stored_snapshot& snapshot,
                              std::span<const recorded_event> events);

/// Says in the node's log that a snapshot is not used, and why.
void warn_of_ignored_snapshot(const std::string& stream, const failure& why);

/// The state of `instance` as a snapshot of `stream` at `version`; `position` is that of the event
/// of this version. Gives what the codec gives where the state cannot be written as JSON.
result<stored_snapshot> make_snapshot(const aggregate_type& type, std::string stream,
                                      const aggregate_instance& instance, stream_version version,
                                      log_position position, timestamp time);

/// The same; nothing, with a warning in the node's log, where the state cannot be written.
std::optional<stored_snapshot> try_snapshot(const aggregate_type& type, const std::string& stream,
                                            const aggregate_instance& instance,
                                            stream_version version, log_position position,
                                            timestamp time);

} // namespace annals

#pragma once

#include <annals/messages/error.hpp>

namespace annals {

/// Whether a node with another build of the program may be able to do what this one failed to do,
/// as while nodes are restarted into a newer build one after the other: it may know the aggregate,
/// the command, or an event of the stream.
inline bool may_be_known_elsewhere(errc code) noexcept {
  return code == errc::undecodable || code == errc::unknown_event_type
         || code == errc::unknown_aggregate || code == errc::unknown_command;
}

} // namespace annals

#pragma once

#include <annals/actors/cluster/guarded_port.hpp>

#include <caf/actor_system.hpp>

namespace annals {

/// An encrypted connection by CAF's own sessions (`use_tls`), of bounded messages. CAF has such a
/// one inside its library only, without bounds. Owns the socket, which must not block; null where
/// there can be no session, as where a certificate's file has gone, and then the socket is closed.
caf::io::scribe_ptr make_tls_scribe(caf::actor_system& system,
                                    caf::io::network::default_multiplexer& io, int socket,
                                    const port_limits& limits, std::shared_ptr<visitor> as,
                                    link_side side);

} // namespace annals

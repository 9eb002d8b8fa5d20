#pragma once

#include <annals/actors/actors.hpp>

#include <caf/atom.hpp>

/// The actors that only a node with others has. A command whose aggregate is here goes router →
/// dispatcher, as if there were no others; any other goes router → forwarder → gateway of its owner
/// → dispatcher there, and the answer the same way back.

namespace annals {

/// Asks a gateway whose it is.
using whose_atom = caf::atom_constant<caf::atom("whose")>;
/// Says whose gateway this is.
using hello_atom = caf::atom_constant<caf::atom("hello")>;
/// Asks a gateway for the host of its node's store (actors/served).
using host_atom = caf::atom_constant<caf::atom("host")>;

/// To the forwarder: let go of the other nodes, and end.
struct close_connections {};

/// GATEWAY: what the other nodes reach of this one.
using gateway_actor = caf::typed_actor<
    // Hands a command to this node's dispatcher, whoever should have it: it goes no further.
    caf::replies_to<command>::with<receipt>,
    // Answers with the incarnation of its node, so that nobody else is taken for it.
    caf::replies_to<whose_atom>::with<std::string>,
    // Answers with the host of the store, or with nothing where this node serves none.
    caf::replies_to<host_atom>::with<caf::strong_actor_ptr>,
    // From another node that has connected: by this one, of this incarnation, it is reached.
    caf::reacts_to<hello_atom, std::string, caf::strong_actor_ptr>>;

/// FORWARDER: sends commands to the nodes that have their aggregates, and again where a node is
/// gone, until one has answered or it gives up.
using forwarder_actor = caf::typed_actor<
    // Answers as the dispatcher of the owner does.
    caf::replies_to<command>::with<receipt>,
    // From the membership: other nodes are there now.
    caf::reacts_to<look_again>,
    // From itself, now and then: connects, sends again, gives up.
    caf::reacts_to<go_on>,
    // Through the gateway: the gateway of a node, of this one or of another one that has connected.
    caf::reacts_to<hello_atom, std::string, caf::strong_actor_ptr>,
    // Answers when no command is under way; refuses what comes later.
    caf::replies_to<finish>::with<finished>,
    // Ends. Exit messages do nothing.
    caf::reacts_to<close_connections>>;

} // namespace annals

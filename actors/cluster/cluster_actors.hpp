#pragma once

#include <annals/actors/actors.hpp>

#include <caf/atom.hpp>

#include <cstdint>
#include <string>

/// The actors that only a node with others has. A command whose aggregate is here goes router →
/// dispatcher, as if there were no others; any other goes router → forwarder → gateway of its owner
/// → dispatcher there, and the answer the same way back.

namespace annals {

/// Asks a gateway whose it is.
using whose_atom = caf::atom_constant<caf::atom("whose")>;
/// Says whose gateway this is.
using hello_atom = caf::atom_constant<caf::atom("hello")>;

// For the store that a node serves (actors/served/served_actors.hpp).

/// Says which protocol is spoken.
using greet_atom = caf::atom_constant<caf::atom("greet")>;
/// Brings a piece of a question.
using piece_atom = caf::atom_constant<caf::atom("piece")>;
/// Asks for the next piece of an answer.
using more_atom = caf::atom_constant<caf::atom("more")>;
/// Asks to be told, once, when the log has grown.
using follow_atom = caf::atom_constant<caf::atom("follow")>;
/// Says that it has.
using grew_atom = caf::atom_constant<caf::atom("grew")>;

/// To the forwarder: let go of the other nodes, and end.
struct close_connections {};

/// To a forwarder itself: send some of what waits.
struct send_waiting {};

/// What is asked of a store that a node serves, and the gateway hands on to its host.
using served_store_actor = caf::typed_actor<
    // Answers a version of the protocol with its own, and with the id of this run of it. Refuses
    // whoever means to write where the store is not served for that.
    caf::replies_to<greet_atom, std::uint64_t, bool>::with<std::uint64_t, std::string>,
    // Takes a piece of a question: of which channel and number, from which byte on, whether it is
    // the last. Answers the last with the size of the whole answer and its first piece.
    caf::replies_to<piece_atom, std::string, std::uint64_t, std::uint64_t, bool,
                    std::string>::with<std::uint64_t, std::string>,
    // Gives the piece of an answer that begins at a byte, with the size of the whole.
    caf::replies_to<more_atom, std::string, std::uint64_t, std::uint64_t>::with<std::uint64_t,
                                                                                std::string>,
    // Tells a follower once that the log has grown past a position; then it has to ask again.
    caf::reacts_to<follow_atom, caf::strong_actor_ptr, std::uint64_t>>;

/// GATEWAY: what the other nodes reach of this one.
using gateway_actor = served_store_actor::extend<
    // Hands a command to this node's dispatcher, whoever should have it: it goes no further.
    caf::replies_to<command>::with<receipt>,
    // Answers with the incarnation of its node, so that nobody else is taken for it.
    caf::replies_to<whose_atom>::with<std::string>,
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
    // From itself, while commands wait that can go now: sends some of them.
    caf::reacts_to<send_waiting>,
    // Through the gateway: the gateway of a node, of this one or of another one that has connected.
    caf::reacts_to<hello_atom, std::string, caf::strong_actor_ptr>,
    // Answers when no command is under way; refuses what comes later.
    caf::replies_to<finish>::with<finished>,
    // Ends. Exit messages do nothing.
    caf::reacts_to<close_connections>>;

} // namespace annals

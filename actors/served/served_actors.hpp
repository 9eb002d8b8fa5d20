#pragma once

#include <annals/actors/actors.hpp>

#include <caf/atom.hpp>

#include <cstdint>
#include <string>

/// The actors of a store that one node serves to others. A call of the store's port goes line →
/// host over there → journal or clerk, and the answer the same way back. Questions and answers are
/// bytes (persistence/served/store_protocol.hpp) that travel in pieces, so that no message is
/// large, however large a read model is.

namespace annals {

/// Says which protocol is spoken.
using greet_atom = caf::atom_constant<caf::atom("greet")>;
/// Brings a piece of a question.
using piece_atom = caf::atom_constant<caf::atom("piece")>;
/// Asks for the next piece of an answer.
using more_atom = caf::atom_constant<caf::atom("more")>;
/// Asks to be told when the log has grown.
using follow_atom = caf::atom_constant<caf::atom("follow")>;
/// Says that it has.
using grew_atom = caf::atom_constant<caf::atom("grew")>;

/// The most bytes of a piece: what a guarded port lets through whatever its settings are.
inline constexpr std::size_t longest_piece = 192U << 10;

/// FOLLOWER: whoever uses a served store, and wants to know that its log has grown.
using follower_actor = caf::typed_actor<
    // There are events up to a position; the next word comes after the answer.
    caf::replies_to<grew_atom, std::uint64_t>::with<bool>>;

/// STORE HOST: what other processes reach of this node's store.
using store_host_actor = caf::typed_actor<
    // Answers a version of the protocol with its own, and with the id of this run of it.
    caf::replies_to<greet_atom, std::uint64_t>::with<std::uint64_t, std::string>,
    // Takes a piece of a question: of which channel and number, from which byte on, whether it is
    // the last. Answers the last with the size of the whole answer and its first piece.
    caf::replies_to<piece_atom, std::string, std::uint64_t, std::uint64_t, bool,
                    std::string>::with<std::uint64_t, std::string>,
    // Gives the piece of an answer that begins at a byte, with the size of the whole.
    caf::replies_to<more_atom, std::string, std::uint64_t, std::uint64_t>::with<std::uint64_t,
                                                                                std::string>,
    // Tells a follower from now on.
    caf::reacts_to<follow_atom, caf::strong_actor_ptr>,
    // From the journal: what became of the eldest append under way.
    caf::reacts_to<append_done>,
    // From the event bus.
    caf::reacts_to<log_grew>,
    // From itself, now and then: forgets what nobody comes for.
    caf::reacts_to<look_again>,
    // Answers when nothing is under way; refuses what comes later.
    caf::replies_to<finish>::with<finished>>;

/// STORE CLERK: answers questions on a thread where it may wait for the store.
using store_clerk_actor = caf::typed_actor<
    // A question, with its answer.
    caf::replies_to<std::string>::with<std::string>>;

} // namespace annals

#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>

/// The actors of a store that one node serves to others. A call of the store's port goes line →
/// gateway over there → host → journal or clerk, and the answer the same way back. Questions and
/// answers are bytes (persistence/served/store_protocol.hpp) that travel in pieces, so that no
/// message is large, however large a read model is.

namespace annals {

/// The most bytes of a piece: what a guarded port lets through whatever its settings are.
inline constexpr std::size_t longest_piece = 192U << 10;

/// FOLLOWER: whoever uses a served store, and wants to know that its log has grown.
using follower_actor = caf::typed_actor<
    // There are events up to a position.
    caf::reacts_to<grew_atom, std::uint64_t>>;

/// STORE HOST: serves this node's store to other processes, which reach it through the gateway.
using store_host_actor = served_store_actor::extend<
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

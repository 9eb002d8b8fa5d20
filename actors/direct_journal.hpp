#pragma once

#include <annals/actors/store_writer.hpp>

#include <memory>

namespace annals {

/// A journal for stores that do not block: it appends in the sender's own call instead of in
/// groups on a thread of its own, where there is no disk that many appends could share a wait for.
/// To everyone else it is the same typed interface.
journal_actor make_direct_journal(caf::actor_system& system, std::shared_ptr<store_writer> writer,
                                  std::size_t kept_snapshots = 1);

} // namespace annals

#pragma once

#include <annals/persistence/open_store.hpp>
#include <annals/persistence/served/store_line.hpp>

namespace annals::served {

/// A store that another node serves: all that the port promises, kept over there. Where the line
/// breaks, calls wait for it and ask again; they fail with `store_unavailable` when the line gives
/// up. Many appends may be committed in one transaction together with those of other nodes, or in a
/// few.
std::unique_ptr<event_store> make_remote_store(std::shared_ptr<store_line> line, open_mode mode);

} // namespace annals::served

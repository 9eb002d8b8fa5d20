#pragma once

#include <caf/logger.hpp>

namespace annals {

/// Lets the calling thread, which is none of the actor system's own, forget the system. Making a
/// system, or an actor in it, ties the thread to the system's logger, and CAF's destructor of the
/// system waits until no thread is tied to it: without this a node could only be stopped after
/// every thread that ever asked it something has ended.
inline void leave_system() { caf::logger::set_current_actor_system(nullptr); }

} // namespace annals

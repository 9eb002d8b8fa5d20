#pragma once

#include <annals/persistence/event_store.hpp>

#include <memory>

namespace annals {

/// A store in this process's memory, empty, gone with the object. It never fails and never waits
/// for a device; its readers may be used on any threads beside the writer.
std::unique_ptr<event_store> make_memory_store();

} // namespace annals

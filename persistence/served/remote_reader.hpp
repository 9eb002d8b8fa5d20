#pragma once

#include <annals/persistence/served/store_line.hpp>

namespace annals::served {

/// Reads a store elsewhere. What is read is as new as the answer.
std::unique_ptr<event_reader> make_remote_reader(std::shared_ptr<store_line> line);

} // namespace annals::served

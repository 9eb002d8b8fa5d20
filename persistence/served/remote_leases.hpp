#pragma once

#include <annals/persistence/served/store_line.hpp>

namespace annals::served {

/// The leases of a store elsewhere. Their times are those of the machine that serves it.
std::unique_ptr<lease_store> make_remote_leases(std::shared_ptr<store_line> line);

} // namespace annals::served

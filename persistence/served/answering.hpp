#pragma once

#include <annals/persistence/event_store.hpp>

#include <string>
#include <string_view>

namespace annals::served {

// The other side of remote_reader and remote_leases: answers a question out of a store. A question
// that is none is answered with an error. Blocks as the store does.

/// For a question that `is_reading`. Streams and the log are read a page at a time.
std::string answer_reading(event_reader& reader, std::string_view question);

/// For one that `is_of_leases`.
std::string answer_of_leases(lease_store& leases, std::string_view question);

} // namespace annals::served

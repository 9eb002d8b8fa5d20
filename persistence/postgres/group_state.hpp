#pragma once

#include <annals/persistence/event_store.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace annals::postgres {

/// Where a stream ends. All 0 for a stream that does not exist.
struct stream_head {
  std::int64_t id = 0;
  stream_version version = 0;
};

using command_key = std::pair<std::string_view, uuid>;           // stream and command
using value_key = std::pair<std::string_view, std::string_view>; // set and value
using fence_key = std::pair<std::string_view, std::uint64_t>;    // lease and token

/// What a group of requests depends on. Views into the requests.
struct group_needs {
  std::vector<std::string_view> streams;
  std::vector<command_key> commands;
  std::vector<value_key> values;
  std::vector<fence_key> fences;
};

/// Each once, of all requests.
group_needs needs_of(std::span<const append_request> requests);

/// What is known of these in the store, and what the requests of the group before have made of it.
struct group_state {
  std::unordered_map<std::string_view, stream_head> heads;
  /// The commands that have their final outcome in a stream.
  std::set<command_key> answered;
  /// The streams that hold values.
  std::map<value_key, std::string> holders;
  /// The leases that have changed hands.
  std::set<fence_key> lost;
};

} // namespace annals::postgres

#pragma once

#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

namespace annals {

/// Where the replay of a stream ends: at whichever of the two comes first.
struct replay_until {
  /// The last version that is applied; 0 gives the state before the first event.
  stream_version version = std::numeric_limits<stream_version>::max();
  /// Events from the first one later than this on are left out.
  std::optional<timestamp> time{};
  /// Begin at the newest snapshot that can be used. The state is the same either way.
  bool from_snapshot = true;
};

/// An aggregate instance as its stream left it.
struct loaded_aggregate {
  std::unique_ptr<aggregate_instance> instance;
  /// The version of the last event applied; 0 where there was none.
  stream_version version = 0;
  /// The position of the last event applied; 0 where there was none.
  log_position position = 0;
};

/// Looks at each event once it is applied, for what its caller remembers of a stream; `false` ends
/// the replay.
using event_visitor = std::function<bool(const recorded_event&)>;

/// Whether `event` is the next one of a stream that is at `version`; gives `store_corrupt`.
result<void> check_follows(const recorded_event& event, stream_version version);

/// Replays the stream of the instance `id` of `type` from its newest snapshot on, old events
/// through the domain's upcasters, in batches, so that memory does not grow with the stream. A
/// snapshot that is of no use is ignored, with a warning in the log. An empty stream gives a fresh
/// instance at version 0. Gives `invalid_id`, `unknown_event_type`, `undecodable` or `domain_threw`
/// (naming type, stream and position), `store_corrupt` where the stream's versions have a gap,
/// `stopping` when `visit` said so, or what the store fails with. Blocks while it reads; any
/// thread, as `reader` allows.
result<loaded_aggregate> load_aggregate(event_reader& reader, const registry& domain,
                                        const aggregate_type& type, std::string_view id,
                                        replay_until until = {}, const event_visitor& visit = {});

/// Told the position reached after each batch; `false` ends the replay.
using replay_watch = std::function<bool(log_position)>;

} // namespace annals

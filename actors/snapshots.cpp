#include <annals/actors/snapshots.hpp>

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>

namespace annals {

result<void> restore_snapshot(const registry& domain, const aggregate_type& type,
                              aggregate_instance& instance, const stored_snapshot& snapshot,
                              std::span<const recorded_event> events) {
  if (snapshot.version == 0 || events.empty() || events.front().version != snapshot.version
      || events.front().position != snapshot.position)
    return failure{errc::undecodable, "the stream has no such version and position"};
  auto state = domain.present_state(type, snapshot.schema_version, snapshot.state);
  if (!state)
    return state.error();
  return instance.from_json(*state);
}

result<stored_snapshot> make_snapshot(const aggregate_type& type, std::string stream,
                                      const aggregate_instance& instance, stream_version version,
                                      log_position position, timestamp time) {
  auto state = instance.to_json();
  if (!state)
    return state.error();
  stored_snapshot taken;
  taken.stream = std::move(stream);
  taken.version = version;
  taken.position = position;
  taken.schema_version = type.schema_version;
  taken.time = time;
  taken.state = std::move(*state);
  return taken;
}

std::optional<stored_snapshot> try_snapshot(const aggregate_type& type, const std::string& stream,
                                            const aggregate_instance& instance,
                                            stream_version version, log_position position,
                                            timestamp time) {
  auto taken = make_snapshot(type, stream, instance, version, position, time);
  if (taken)
    return std::move(*taken);
  log().warn("no snapshot of {}: {}", stream, to_string(taken.error()));
  return std::nullopt;
}

void warn_of_ignored_snapshot(const std::string& stream, const failure& why) {
  log().warn("the snapshot of {} is ignored, and the stream is replayed: {}", stream,
             to_string(why));
}

} // namespace annals

#pragma once

#include <annals/persistence/answered_commands.hpp>
#include <annals/persistence/event_store.hpp>
#include <annals/persistence/memory/correlation_index.hpp>
#include <annals/persistence/memory/kept_leases.hpp>
#include <annals/persistence/memory/kept_models.hpp>
#include <annals/persistence/memory/kept_outcomes.hpp>
#include <annals/persistence/memory/kept_snapshots.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <map>

namespace annals::memory {

/// What the writer and the readers of one memory store share. Events are read without a lock; the
/// lock covers only the look-up of a stream or a model, so neither side waits for a copy.
class memory_log {
public:
  memory_log() : correlations_{events_} {}

  /// The writer's: all requests become visible at once.
  std::vector<append_outcome> append(std::span<const append_request> requests);

  result<void> save(std::span<const stored_snapshot> snapshots, std::size_t keep);
  std::uint64_t drop_snapshots(std::string_view stream);
  std::uint64_t forget_outcomes(timestamp before, std::size_t limit);
  void take_over(std::span<const command_outcome> outcomes, std::span<const held_value> values);

  /// Runs `body` with the leases, while nobody else looks at them.
  template <class Body>
  auto with_leases(Body body) {
    std::lock_guard lock{mutex_};
    return body(leases_);
  }

  std::vector<recorded_event> read_stream(std::string_view stream, const stream_slice& slice) const;
  std::vector<recorded_event> read_log(log_position after, std::size_t limit) const;
  std::vector<recorded_event> find_by_correlation(const uuid& id, log_position after,
                                                  std::size_t limit);
  stream_version version_of(std::string_view stream) const;
  log_position last_position() const noexcept { return events_.size(); }
  std::vector<stream_info> list_streams(std::string_view after, std::size_t limit) const;
  kept_models& models() noexcept { return models_; }
  std::optional<stored_snapshot> load_snapshot(std::string_view stream,
                                               stream_version newest) const;
  std::vector<command_outcome> read_outcomes(std::string_view stream, timestamp since,
                                             std::size_t limit) const;
  std::vector<command_outcome> find_outcomes(const uuid& correlation, std::size_t limit) const;
  std::optional<command_outcome> find_outcome(std::string_view stream,
                                              const uuid& command_id) const;
  std::optional<std::string> holder_of(std::string_view set, std::string_view value) const;
  outcome_page list_outcomes(std::uint64_t from, std::size_t limit) const;
  std::vector<held_value> list_values(const held_value& after, std::size_t limit) const;

private:
  struct kept_stream {
    std::string name;
    // The event of version v is at positions[v - 1].
    std::vector<log_position> positions;
    answered_commands answered;

    stream_version version() const noexcept { return positions.size(); }
  };

  append_outcome append_one(const append_request& request);
  append_outcome append_with_extras(const append_request& request, kept_stream* known);
  result<void> check_extras(const append_request& request) const;
  void store_extras(const append_request& request);
  stream_version add_events(kept_stream& stream, const std::vector<new_event>& events);
  void note(command_outcome outcome);
  stream_version version_locked(std::string_view stream) const;
  const std::string* holder_locked(std::string_view set, std::string_view value) const;
  std::vector<log_position> positions_of(std::string_view stream, const stream_slice& slice) const;
  const kept_stream* find(std::string_view stream) const;
  kept_stream& add(const std::string& stream);
  std::vector<recorded_event> events_at(const std::vector<log_position>& positions) const;

  std::pmr::monotonic_buffer_resource texts_{1U << 20};
  stable_list<kept_event> events_;
  correlation_index correlations_;
  mutable std::mutex mutex_;
  // Streams stay where they are; the map's keys are views of their names.
  std::deque<kept_stream> streams_;
  boost::unordered_flat_map<std::string_view, kept_stream*, std::hash<std::string_view>> by_name_;
  kept_models models_;
  kept_snapshots snapshots_;
  kept_outcomes outcomes_;
  kept_leases leases_;
  // The stream that holds each value of each set.
  using holders = std::map<std::string, std::string, std::less<>>;
  std::map<std::string, holders, std::less<>> reserved_;
};

} // namespace annals::memory

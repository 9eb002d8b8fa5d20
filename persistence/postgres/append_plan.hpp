#pragma once

#include <annals/persistence/postgres/group_state.hpp>

#include <optional>

namespace annals::postgres {

/// The rows that a group of requests adds, and the outcome of each request. Where the group begins
/// in the log may not be known yet: positions count from its beginning, and so do the ids of new
/// streams, which are negative then.
struct append_plan {
  struct new_stream {
    std::string_view name;
    log_position first = 0;
  };
  struct event_row {
    std::string_view name;
    std::int64_t stream = 0;
    stream_version version = 0;
    const new_event* event = nullptr;
  };
  struct outcome_row {
    const command_outcome* outcome = nullptr;
    /// Of the command's last event, counted from the group's beginning; 0 to take the outcome's
    /// own.
    log_position position = 0;
    /// Whether it comes from another store, with the position that it has there.
    bool is_moved = false;
  };

  std::vector<append_outcome> outcomes;
  std::vector<new_stream> streams;
  std::vector<event_row> events;
  std::vector<outcome_row> outcome_rows;
  /// Values whose holder changes, with the new holder, or nothing where they become free.
  std::map<value_key, std::optional<std::string_view>> values;
  /// Whether a request was refused for what is in the store, not for what it is itself.
  bool has_refused = false;

  bool stores_nothing() const noexcept {
    return events.empty() && outcome_rows.empty() && values.empty();
  }

  /// Makes the positions of the outcomes count from the beginning of the log.
  void move_to(log_position base);
};

/// Judges each request by the store's state, which it brings up to what will be there afterwards.
append_plan plan_append(std::span<const append_request> requests, group_state& state);

} // namespace annals::postgres

#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>
#include <annals/messages/reservation.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace annals {

/// What became of a command that led to no events, or wrote to several streams: what a repeat of it
/// is answered with, and what is found by its correlation id. Not an event.
struct command_outcome {
  uuid command_id{};
  uuid correlation_id{};
  /// The stream of the aggregate instance that the command was for.
  std::string stream;
  /// The durable name of the command.
  std::string command;
  timestamp time{};
  /// `command_digest` of the body.
  std::uint64_t digest = 0;
  /// The stream's version at that time.
  stream_version version = 0;
  /// Of the command's last event; 0 where it had none. A store fills it in where `events` is not 0.
  log_position position = 0;
  /// How many events the command had, in all streams.
  std::uint32_t events = 0;
  /// Why the command was not accepted, or nothing where it was.
  std::optional<failure> why;

  bool operator==(const command_outcome&) const = default;
};

/// A stream, the version that it must have now, and events for its end, which may be none.
struct stream_part {
  std::string stream;
  stream_version expected_version = 0;
  std::vector<new_event> events;

  bool operator==(const stream_part&) const = default;
};

/// What one append brings beside the events of its first stream, in the same transaction.
struct append_extras {
  /// Other streams that are written, or that only have to be at a version.
  std::vector<stream_part> parts;
  /// Taken and given back in this order, all for the request's own stream.
  std::vector<reservation> reservations;
  std::vector<command_outcome> outcomes;

  bool empty() const noexcept { return parts.empty() && reservations.empty() && outcomes.empty(); }
};

/// Events for the end of one stream, all or none of them, with what else has to be true or is
/// stored in the same commit.
struct append_request {
  std::string stream;
  /// The version that the stream must have now; 0 means that it must be empty.
  stream_version expected_version = 0;
  /// They take the versions expected_version + 1, + 2, …; at least one, unless `extras` brings
  /// something to store.
  std::vector<new_event> events;
  append_extras extras{};
};

/// Where the events of one request went.
struct appended {
  /// The stream's version after the append: that of the request's last event.
  stream_version version = 0;
  /// The place of the request's last event in the log. The events of one request stand side by
  /// side, so the first is at `position - events.size() + 1`.
  log_position position = 0;

  bool operator==(const appended&) const = default;
};

/// One request's own outcome; `version_conflict` names both versions.
using append_outcome = result<appended>;

} // namespace annals

#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>
#include <annals/messages/reservation.hpp>
#include <annals/persistence/lease.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// What goes into a store, and what comes out of it again.
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
  /// The lease under which all of it is written, or none.
  lease_fence fence{};

  bool empty() const noexcept {
    return parts.empty() && reservations.empty() && outcomes.empty() && fence.empty();
  }
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

/// The state of an aggregate instance at a version: a cache, never the truth.
struct stored_snapshot {
  std::string stream;
  stream_version version = 0;
  /// The position of the event of that version.
  log_position position = 0;
  /// The state's schema version, as its aggregate names it.
  std::uint32_t schema_version = 1;
  timestamp time{};
  /// The state as JSON in UTF-8.
  std::string state;

  bool operator==(const stored_snapshot&) const = default;
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

/// A read model with its checkpoint: one cannot be stored without the other.
struct stored_model {
  std::string projection;
  /// The position up to which the model has taken in the log.
  log_position checkpoint = 0;
  /// The model's schema version, as its projection names it.
  std::uint32_t schema_version = 1;
  /// The model as JSON in UTF-8.
  std::string model;
  /// How often the model was replaced; 0 for the first. Who saves it says which one it goes on
  /// from.
  std::uint64_t generation = 0;
  /// What its projector keeps with it, as JSON in UTF-8: parked events, say; empty for nothing.
  std::string notes{};
  /// The lease under which it is saved, or none; not stored, and so none in what is read.
  lease_fence fence{};

  bool operator==(const stored_model&) const = default;
};

/// Some of all outcomes, in the order in which they came.
struct outcome_page {
  std::vector<command_outcome> outcomes;
  /// Where the next page begins.
  std::uint64_t next = 0;
};

/// A unique value and the stream that holds it.
struct held_value {
  std::string set;
  std::string value;
  /// Empty where the value is free.
  std::string stream;

  bool operator==(const held_value&) const = default;
};

/// What a listing of streams says of one.
struct stream_info {
  std::string stream;
  stream_version version = 0;

  bool operator==(const stream_info&) const = default;
};

/// One of the parts of a log by stream: all events of a stream are in the same one of `of` parts,
/// each time that one store is asked. `index` counts from 0; `of` is 1 or more.
struct log_part {
  std::uint32_t index = 0;
  std::uint32_t of = 1;

  bool operator==(const log_part&) const = default;
};

/// The next events of a part of the log, which may be none although the log has more.
struct read_part {
  std::vector<recorded_event> events;
  /// Up to where the log was read; the position read after, where it has no more.
  log_position read_to = 0;
};

/// Which way a stream is read.
enum class direction { forwards, backwards };

/// A part of a stream: from version `from` to version `to`, both included. Forwards starts at
/// `from` and takes at most `limit`; backwards starts at `to` (or the end, if that comes first).
struct stream_slice {
  stream_version from = 1;
  stream_version to = std::numeric_limits<stream_version>::max();
  direction order = direction::forwards;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

} // namespace annals

#pragma once

#include <annals/messages/ids.hpp>
#include <annals/messages/time.hpp>

#include <string>
#include <vector>

namespace annals {

/// An event as it is handed to a store: everything but its place, which the store gives it.
struct new_event {
  uuid id{};
  /// The durable name that the domain gives the type.
  std::string type;
  std::uint32_t schema_version = 1;
  timestamp time{};
  uuid correlation_id{};
  /// The id of the command (or event) that this event follows from.
  uuid causation_id{};
  /// A JSON object in UTF-8, or empty for none.
  std::string metadata;
  /// JSON in UTF-8.
  std::string payload;
  /// The fingerprint of the command that this event follows from (`command_digest`), by which an id
  /// that is used again for another command is recognised; 0 where it is not known.
  std::uint64_t command_digest = 0;

  bool operator==(const new_event&) const = default;
};

/// An event with what the store knows of it.
struct recorded_event : new_event {
  std::string stream;
  stream_version version = 0;
  log_position position = 0;

  bool operator==(const recorded_event&) const = default;
};

} // namespace annals

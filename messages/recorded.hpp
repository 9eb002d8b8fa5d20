#pragma once

#include <annals/messages/events.hpp>

#include <string>

namespace annals {

/// What a projection is told of an event beside the event itself.
struct event_info {
  uuid event_id{};
  /// The id of the aggregate instance: "acc-1" of the stream "bank.account-acc-1".
  std::string id;
  /// The version that the event has in its stream, from 1.
  stream_version version = 0;
  /// The place of the event in the whole log, from 1.
  log_position position = 0;
  timestamp time{};
  uuid correlation_id{};
  /// The id of the command that caused the event.
  uuid causation_id{};
};

/// What is known of a stored event beside its payload.
inline event_info event_info_of(const recorded_event& stored) {
  return {stored.id,          std::string{split_stream_name(stored.stream).id},
          stored.version,     stored.position,
          stored.time,        stored.correlation_id,
          stored.causation_id};
}

/// A decoded event with what the store knows of it; `event->cents` reads a member of the event.
template <class Event>
struct recorded : event_info {
  Event event;

  const Event* operator->() const noexcept { return &event; }
  const Event& operator*() const noexcept { return event; }
};

} // namespace annals

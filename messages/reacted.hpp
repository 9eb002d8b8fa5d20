#pragma once

#include <annals/messages/event_type.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/names.hpp>
#include <annals/messages/raw_json.hpp>
#include <annals/messages/time.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <span>
#include <string>
#include <vector>

namespace annals {

/// What a process manager was reacting to.
enum class reaction_cause : std::uint8_t { event, timer, refusal };
BOOST_DESCRIBE_ENUM(reaction_cause, event, timer, refusal)

/// A command of a process manager as it is stored before it is sent.
struct stored_command {
  /// Follows from the reaction, so that sending it again has no second effect.
  uuid id{};
  std::string aggregate;
  /// The id of the aggregate instance.
  std::string instance;
  std::string command;
  std::uint32_t schema_version = 1;
  raw_json body;

  bool operator==(const stored_command&) const = default;
};
BOOST_DESCRIBE_STRUCT(stored_command, (), (id, aggregate, instance, command, schema_version, body))

/// A timer of a process manager as it is stored.
struct stored_timer {
  /// Follows from the reaction.
  uuid id{};
  timestamp due{};
  std::string message;
  std::uint32_t schema_version = 1;
  raw_json body;

  bool operator==(const stored_timer&) const = default;
};
BOOST_DESCRIBE_STRUCT(stored_timer, (), (id, due, message, schema_version, body))

/// The one event in the streams of process managers, `<process manager>-<correlation id>`: what was
/// reacted to, the state after it, and what is to be done for it. An event of the framework, which
/// every domain knows.
struct reacted {
  static constexpr event_name name{"annals.reacted"};
  reaction_cause cause = reaction_cause::event;
  /// The id of the event, the timer, or the command that was refused.
  uuid input{};
  /// The position up to which the instance has taken in the log.
  log_position position = 0;
  std::uint32_t state_schema_version = 1;
  raw_json state;
  std::vector<stored_command> commands;
  std::vector<stored_timer> timers;
  bool completed = false;

  bool operator==(const reacted&) const = default;
};
BOOST_DESCRIBE_STRUCT(reacted, (),
                      (cause, input, position, state_schema_version, state, commands, timers,
                       completed))

/// The event types that every domain has beside its own.
std::span<const event_type* const> framework_events();

/// The stored event as what it is. Gives `undecodable`, also where it is of another type.
result<reacted> decode_reacted(const recorded_event& stored);

} // namespace annals

#pragma once

#include <annals/messages/event_type.hpp>
#include <annals/messages/reaction.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// A command of a process manager that was not carried out, as the running system sees it.
struct refused_command {
  std::string aggregate;
  /// The id of the aggregate instance.
  std::string id;
  command_body body;
  failure why;
};

/// A timer of a process manager whose time has come, as the running system sees it.
struct due_timer {
  command_body message;
  timestamp time{};
};

/// The state of one instance of a process manager with the domain's functions on it. Not
/// thread-safe; never blocks; what the domain's code throws comes back as `domain_threw`. After a
/// failure of `react` the state is unspecified.
class process_instance {
public:
  virtual ~process_instance() = default;

  /// Reacts to an event in its present form; nothing where the type does not react to it. Gives
  /// `undecodable`, `domain_threw` or `invalid_argument` (a timer of a type that is not listed),
  /// naming the event's stream and position.
  virtual result<reaction> react(const recorded_event& event) = 0;
  /// Reacts to a refused command; `invalid_argument` where the type has no `react` for it.
  virtual result<reaction> react(const refused_command& command) = 0;
  /// Reacts to a timer; `invalid_argument` where the type has none of that name.
  virtual result<reaction> react(const due_timer& timer) = 0;

  /// The state as JSON: the same text for the same state. Gives `unencodable`.
  virtual result<std::string> to_json() const = 0;
  /// Puts a stored state in place of the present one; of an older schema version, members that it
  /// lacks take their defaults. Gives `undecodable`; the present state is then unchanged.
  virtual result<void> from_json(std::string_view text, std::uint32_t written) = 0;

  /// The state, an object of the process manager's own type.
  virtual const void* state() const noexcept = 0;
};

/// A type of process manager as the running system sees it.
struct process_type {
  /// A command whose refusal it reacts to.
  struct refusal {
    std::string aggregate;
    const command_type* command = nullptr;
  };

  std::string name;
  std::uint32_t schema_version = 1;
  /// The types of events that it reacts to.
  std::vector<const event_type*> events;
  /// The messages of its timers.
  std::vector<const command_type*> timers;
  std::vector<refusal> refusals;
  boost::json::object (*state_schema)() = nullptr;
  /// An instance that has reacted to nothing.
  std::unique_ptr<process_instance> (*make)() = nullptr;

  bool reacts_to_event(std::string_view event) const noexcept;
  bool reacts_to_refusal(std::string_view aggregate, std::string_view command) const noexcept;
};

} // namespace annals

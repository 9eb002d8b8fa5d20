#pragma once

#include <annals/messages/command.hpp>
#include <annals/messages/event_type.hpp>
#include <annals/messages/reservation.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// An event that a command has led to, encoded.
struct decided_event {
  const event_type* type = nullptr;
  std::string payload;
};

/// What an accepted command leads to.
struct decided {
  std::vector<decided_event> events;
  std::vector<reservation> reservations;
};

/// The state of one aggregate instance with the domain's functions on it. Not thread-safe; never
/// blocks; what the domain's code throws comes back as `domain_threw`.
class aggregate_instance {
public:
  virtual ~aggregate_instance() = default;

  /// Decides a command on the state as it is and applies the events that follow. A rejection is
  /// the failure `rejected`; the state is then unchanged. After `domain_threw` the state is
  /// unspecified and the instance has to be loaded again.
  virtual result<decided> decide(const command_body& command) = 0;

  /// Applies one stored event. Gives `unknown_event_type`, `undecodable` or `domain_threw`, each
  /// naming the event's stream and position.
  virtual result<void> evolve(const recorded_event& event) = 0;

  /// The state as JSON. Gives `unencodable`.
  virtual result<std::string> to_json() const = 0;

  /// Puts a state in place of the present one: a snapshot's, at the type's schema version. Gives
  /// `undecodable`; the present state is then unchanged.
  virtual result<void> from_json(std::string_view text) = 0;

  /// The state, an object of the aggregate's own type.
  virtual const void* state() const noexcept = 0;
};

struct joint_type;

/// A type of aggregate as the running system sees it.
struct aggregate_type {
  std::string name;
  /// Of the state, as its name declares it.
  std::uint32_t schema_version = 1;
  std::vector<const command_type*> commands;
  std::vector<const event_type*> events;
  /// Those of its commands that other instances take part in, with it as their home.
  std::vector<const joint_type*> joints;
  boost::json::object (*state_schema)();
  /// An instance without events.
  std::unique_ptr<aggregate_instance> (*make)();

  /// Null where the aggregate takes no command of that name.
  const command_type* find_command(std::string_view command) const noexcept;
  /// Null where that is no joint command, or none of this home.
  const joint_type* find_joint(std::string_view command) const noexcept;
};

/// The failure `unknown_command`, which lists the commands that there are.
failure unknown_command(const aggregate_type& aggregate, std::string_view command);

} // namespace annals

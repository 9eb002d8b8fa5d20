#pragma once

#include <annals/messages/aggregate_type.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// An aggregate instance that takes part in a joint command.
struct participant {
  /// The durable name of its type.
  std::string_view aggregate;
  std::string id;
};

/// A type of joint command as the running system sees it. It is a command of its home's aggregate
/// type, the first participant's, which finds it by `aggregate_type::find_joint`.
struct joint_type {
  const command_type* command = nullptr;
  /// The durable names of the participants' types; the home's is the first.
  std::vector<std::string_view> aggregates;
  /// The ids of the participants of a command of this type, in the order of `aggregates`. Gives
  /// `domain_threw`.
  result<std::vector<std::string>> (*ids)(const void* command);
  /// Decides on the states of instances of these types; one `decided` each. Evolves the first
  /// instance, the home's, and leaves the others alone. A rejection is the failure `rejected`, and
  /// changes nothing; after `domain_threw` the home's state is unspecified.
  result<std::vector<decided>> (*decide)(std::span<aggregate_instance* const> instances,
                                         const void* command);
};

/// The participants of `command`, of type `type`, the home first. Gives `invalid_id` where an id is
/// none, `invalid_command` where two participants are the same instance, or `domain_threw`.
result<std::vector<participant>> find_participants(const joint_type& type, const void* command);

} // namespace annals

#pragma once

#include <annals/actors/cluster/placement.hpp>
#include <annals/messages/json.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/lease_store.hpp>

#include <boost/describe/class.hpp>

#include <map>
#include <optional>
#include <span>

namespace annals {

/// What a node tells the others of itself, as JSON in the payload of its lease.
struct member_card {
  std::string address;
  double weight = 1;
  /// Whether it takes nothing new, because it is about to go.
  bool leaving = false;
  std::vector<std::string> duties;
  std::vector<std::string> aggregates;
  /// The schema version of each type of event that it knows.
  std::map<std::string, std::uint32_t> events;
  /// A hash of the JSON Schema of each type of event that its domain has, at that version.
  std::map<std::string, std::uint64_t> shapes;
  /// Into how many parts each target is divided that it can run.
  std::map<std::string, std::uint32_t> targets;
  /// The incarnations of those that this one has seen leave, and hands no more commands to.
  std::vector<std::string> seen_leaving;
  /// The incarnations of those that this one has not reached for a lease's time.
  std::vector<std::string> unreachable;
};
BOOST_DESCRIBE_STRUCT(member_card, (),
                      (address, weight, leaving, duties, aggregates, events, shapes, targets,
                       seen_leaving, unreachable))

/// The names of leases.
std::string node_lease(std::string_view node);
std::string projection_duty(std::string_view projection);
std::string process_duty(std::string_view process);
std::string subscription_duty(std::string_view subscription);
/// Of one partition, where it has several.
std::string subscription_duty(std::string_view subscription, std::uint32_t partition);
/// Asks the node of that name to leave.
std::string drain_wish(std::string_view node);

/// What `domain` brings to a card: aggregates and events.
member_card card_of(const registry& domain);

/// Whether a node of this domain may stand beside one with such a card: it has to know all
/// aggregates and events that the other knows, at their schema version or a later one, with the
/// same members where it is the same version, and to divide targets into as many parts. Gives
/// `invalid_argument` naming the node and what does not fit.
result<void> check_beside(const member_card& ours, std::string_view other_name,
                          const member_card& other);

/// The live nodes among leases as the store lists them. A lease that cannot be read as a node's is
/// left out.
placement members_in(std::span<const lease> leases);

/// The card in a node's lease.
std::optional<member_card> card_in(const lease& of_node);

} // namespace annals

#include <annals/actors/cluster/member_card.hpp>

#include <annals/messages/stable_hash.hpp>
#include <annals/messages/text.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace annals {

namespace {

constexpr std::string_view node_prefix = "node/";

failure not_beside(std::string_view other, const std::string& why) {
  return {errc::invalid_argument, "this node does not belong beside the node "
                                      + annals::quoted(other) + " on one store: " + why};
}

failure other_domain(std::string_view other, const std::string& what) {
  return not_beside(other,
                    "it has " + what + "; start the build that the others run, or a later one");
}

// Cards of older releases have no shapes.
bool has_other_shape(const member_card& ours, const member_card& other, const std::string& event) {
  auto known = ours.shapes.find(event), shape = other.shapes.find(event);
  return known != ours.shapes.end() && shape != other.shapes.end()
         && known->second != shape->second;
}

} // namespace

std::string node_lease(std::string_view node) { return std::string{node_prefix}.append(node); }

std::string projection_duty(std::string_view projection) {
  return "projection/" + std::string{projection};
}

std::string process_duty(std::string_view process) { return "process/" + std::string{process}; }

std::string subscription_duty(std::string_view subscription) {
  return "subscription/" + std::string{subscription};
}

std::string subscription_duty(std::string_view subscription, std::uint32_t partition) {
  return "subscription-part/" + std::to_string(partition) + "/" + std::string{subscription};
}

std::string drain_wish(std::string_view node) { return "drain/" + std::string{node}; }

member_card card_of(const registry& domain) {
  member_card card;
  for (const auto& type : domain.aggregates())
    card.aggregates.push_back(type.name);
  for (const auto* type : domain.events()) {
    card.events.emplace(type->name, type->schema_version);
    card.shapes.emplace(type->name, stable_hash(boost::json::serialize(type->schema())));
  }
  // One that the domain has no more is known as far as an upcaster takes it.
  for (const auto& old : domain.upcasters().all())
    if (old.kind == upcast_kind::event) {
      auto& known = card.events[old.name];
      known = std::max(known, old.schema_version);
    }
  return card;
}

result<void> check_beside(const member_card& ours, std::string_view other_name,
                          const member_card& other) {
  for (const auto& aggregate : other.aggregates)
    if (std::ranges::find(ours.aggregates, aggregate) == ours.aggregates.end())
      return other_domain(other_name, "no aggregate " + annals::quoted(aggregate));
  for (const auto& [event, version] : other.events) {
    auto known = ours.events.find(event);
    if (known == ours.events.end())
      return other_domain(other_name, "no event " + annals::quoted(event));
    if (known->second < version)
      return other_domain(other_name, "the event " + annals::quoted(event) + " at schema version "
                                          + std::to_string(known->second) + " instead of "
                                          + std::to_string(version));
    if (known->second == version && has_other_shape(ours, other, event))
      return not_beside(other_name, "its event " + annals::quoted(event)
                                        + " has other members at schema version "
                                        + std::to_string(version)
                                        + "; an event that changes takes another schema version");
  }
  for (const auto& [target, parts] : other.targets)
    if (auto known = ours.targets.find(target);
        known != ours.targets.end() && known->second != parts)
      return failure{errc::invalid_argument,
                     "this node divides the target " + target + " into "
                         + std::to_string(known->second) + ", and the node "
                         + annals::quoted(other_name) + " into " + std::to_string(parts)
                         + "; give both the same target_settings::partitions"};
  return {};
}

std::optional<member_card> card_in(const lease& of_node) {
  auto card = from_json<member_card>(of_node.payload, unknown_members::ignore,
                                     missing_members::take_default);
  return card ? std::optional{std::move(*card)} : std::nullopt;
}

placement members_in(std::span<const lease> leases) {
  std::vector<member> members;
  for (const auto& one : leases) {
    if (!one.name.starts_with(node_prefix) || !one.is_live())
      continue;
    auto card = card_in(one);
    if (!card || card->address.empty())
      continue;
    members.push_back({one.name.substr(node_prefix.size()), one.owner, card->address,
                       card->leaving ? 0 : card->weight, std::move(card->duties)});
    if (card->leaving)
      members.back().duties.clear();
  }
  return placement{std::move(members)};
}

} // namespace annals

#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/cluster/membership.hpp>
#include <annals/actors/subscription.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>
#include <annals/persistence/lease_store.hpp>

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>

namespace annals {

/// What subscriptions need of a node.
struct subscriptions_parts {
  caf::actor_system* system = nullptr;
  const registry* domain = nullptr;
  journal_actor journal;
  event_bus_actor bus;
  std::function<result<std::unique_ptr<event_reader>>()> open_reader;
  /// Null where this node is alone.
  std::shared_ptr<membership> nodes{};
  std::function<result<std::unique_ptr<lease_store>>()> open_leases{};
  std::chrono::milliseconds poll_interval{200};
  std::chrono::milliseconds save_interval{1000};
};

// Where durable subscriptions are in the store, which nodes may share. Each blocks like the store,
// and ties the calling thread to the actor system.

/// The position behind which a subscription begins where nothing is stored of it or its partitions.
/// The number of partitions is stored when it is the first to have several. Fails as `find_place`,
/// and with `lease_held` where another node keeps the name and stores nothing under it.
result<log_position> establish(const subscriptions_parts& node, event_reader& reader,
                               const subscription_settings& settings);

/// The place of a partition that is handed out from now on: where it was, or behind `otherwise`.
/// Under a fence it is stored before it is given, so that whoever is next goes on from there.
/// Fails as `establish`.
result<stored_model> take_over_place(const subscriptions_parts& node, event_reader& reader,
                                     const subscription_settings& settings, std::uint32_t partition,
                                     log_position otherwise, const lease_fence& fence = {});

/// A subscription that no consumer in this node has begins anew the next time. Gives
/// `invalid_argument` while another node hands it out.
result<void> forget_places(const subscriptions_parts& node, const std::string& subscription);

} // namespace annals

#pragma once

#include <annals/actors/subscription.hpp>
#include <annals/persistence/event_store.hpp>

namespace annals {

/// The name under which the store keeps how far a durable subscription is.
std::string place_name(std::string_view subscription);

/// The same of one partition, where there are several.
std::string place_name(std::string_view subscription, std::uint32_t partition);

/// What the store has under a durable subscription's own name.
struct known_subscription {
  /// How far it is; where it has several partitions, behind which position they begin.
  log_position position = 0;
  std::uint32_t partitions = 1;
  /// Where it has several: of those that were stored since it last began anew. Places of partitions
  /// that say something else do not count.
  std::string since{};
};

/// Nothing where the name is not known or has been forgotten. Gives what the store fails with, and
/// `store_corrupt` for what cannot be read. Blocks while it reads.
result<std::optional<known_subscription>> find_subscription(event_reader& reader,
                                                            std::string_view subscription);

/// The position behind which a subscription begins: where the durable one was, or where `settings`
/// say. Gives what the store fails with, `store_corrupt` where it was past the log's end, and
/// `invalid_argument` where it was stored with another number of partitions. Blocks while it reads.
result<log_position> find_place(event_reader& reader, const subscription_settings& settings);

/// What is stored of one partition of a subscription that is `known`: its name, where it was, and
/// what else goes with it. Fails as `find_place`. Blocks while it reads.
result<stored_model> find_partition(event_reader& reader, std::string_view subscription,
                                    std::uint32_t partition, const known_subscription& known);

/// What is stored of a durable subscription that has acknowledged everything up to `position`.
stored_model stored_place(std::string_view subscription, log_position position);

/// What is stored of one with several partitions, which begin behind `known.position`.
stored_model stored_partitions(std::string_view subscription, const known_subscription& known);

/// What is stored of one that is to begin anew, with all its partitions.
stored_model forgotten_place(std::string_view subscription);

/// Why a subscription is refused that was stored with `stored` partitions, and not `wanted`.
failure other_partitions(std::string_view subscription, std::uint32_t stored, std::uint32_t wanted);

} // namespace annals

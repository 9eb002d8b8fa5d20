#pragma once

#include <annals/actors/subscription.hpp>
#include <annals/persistence/event_store.hpp>

namespace annals {

/// The name under which the store keeps how far a durable subscription is.
std::string place_name(std::string_view subscription);

/// The position behind which a subscription begins: where the durable one was, or where `settings`
/// say. Gives what the store fails with, and `store_corrupt` where it was past the log's end.
/// Blocks while it reads.
result<log_position> find_place(event_reader& reader, const subscription_settings& settings);

/// What is stored of a durable subscription that has acknowledged everything up to `position`.
stored_model stored_place(std::string_view subscription, log_position position);

/// What is stored of one that is to begin anew.
stored_model forgotten_place(std::string_view subscription);

/// Whether that is what is stored of it. Gives what the store fails with. Blocks while it reads.
result<bool> is_forgotten(event_reader& reader, std::string_view subscription);

} // namespace annals

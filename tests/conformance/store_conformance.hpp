#pragma once

#include <annals/persistence/event_store.hpp>

#include <functional>
#include <memory>

namespace annals::tests {

/// How the suite gets at a store of one kind, at a place that is empty when the suite begins.
struct store_place {
  /// Opens the store there. A store that outlives its object is the same each time, and may be
  /// opened twice at once.
  std::function<std::unique_ptr<event_store>()> open;
  bool outlives_its_object = false;
};

/// Checks all that the port promises, whatever is behind it. Call it as the body of a test case.
void check_store_conformance(const store_place& place);

// The suite's chapters, a file each.
void check_appending(const store_place& place);
void check_reading(const store_place& place);
void check_replaying(const store_place& place);
void check_contents(const store_place& place);
void check_models(const store_place& place);
void check_replaced_models(const store_place& place);
void check_parts_of_the_log(const store_place& place);
void check_readers_beside_the_writer(const store_place& place);
void check_several_streams(const store_place& place);
void check_reservations(const store_place& place);
void check_outcomes(const store_place& place);
void check_snapshots(const store_place& place);
void check_two_stores_at_one_place(const store_place& place);
void check_extras_of_two_stores(const store_place& place);

} // namespace annals::tests

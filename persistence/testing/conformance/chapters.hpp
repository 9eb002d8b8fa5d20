#pragma once

#include <annals/persistence/testing/store_conformance.hpp>

namespace annals::conformance {

using testing::store_place;

// The suite's chapters, a file each.
void check_appending(const store_place& place);
void check_expected_versions(const store_place& place);
void check_repeats(const store_place& place);
void check_reading(const store_place& place);
void check_replaying(const store_place& place);
void check_following(const store_place& place);
void check_contents(const store_place& place);
void check_models(const store_place& place);
void check_replaced_models(const store_place& place);
void check_parts_of_the_log(const store_place& place);
void check_readers_beside_the_writer(const store_place& place);
void check_many_writers(const store_place& place);
void check_several_streams(const store_place& place);
void check_reservations(const store_place& place);
void check_outcomes(const store_place& place);
void check_moving(const store_place& place);
void check_snapshots(const store_place& place);
void check_leases(const store_place& place);
void check_two_stores_at_one_place(const store_place& place);
void check_extras_of_two_stores(const store_place& place);

} // namespace annals::conformance

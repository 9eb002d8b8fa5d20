#include <annals/persistence/testing/store_conformance.hpp>

#include <annals/persistence/testing/conformance/chapters.hpp>

#include <catch2/catch.hpp>

namespace annals::testing {

void check_store_conformance(const store_place& place) {
  using namespace conformance;
  SECTION("appending") { check_appending(place); }
  SECTION("expected versions") { check_expected_versions(place); }
  SECTION("repeats") { check_repeats(place); }
  SECTION("reading") { check_reading(place); }
  SECTION("replaying a stream") { check_replaying(place); }
  SECTION("following the log") { check_following(place); }
  SECTION("contents") { check_contents(place); }
  SECTION("read models") { check_models(place); }
  SECTION("replaced models") { check_replaced_models(place); }
  SECTION("parts of the log") { check_parts_of_the_log(place); }
  SECTION("readers beside the writer") { check_readers_beside_the_writer(place); }
  SECTION("many writers") { check_many_writers(place); }
  SECTION("a short load") { check_store_under_load(place, {.length = std::chrono::seconds{1}}); }
  SECTION("several streams in one append") { check_several_streams(place); }
  SECTION("reservations") { check_reservations(place); }
  SECTION("outcomes of commands") { check_outcomes(place); }
  SECTION("moving a store") { check_moving(place); }
  SECTION("snapshots") { check_snapshots(place); }
  SECTION("leases") { check_leases(place); }
  if (place.outlives_its_object) {
    SECTION("two stores at one place") { check_two_stores_at_one_place(place); }
    SECTION("extras of two stores at one place") { check_extras_of_two_stores(place); }
  }
}

} // namespace annals::testing

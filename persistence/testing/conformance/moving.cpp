#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

using value_list = std::vector<held_value>;

std::vector<command_outcome> all_outcomes(event_store& store, std::size_t step) {
  auto reader = store.open_reader().value();
  std::vector<command_outcome> all;
  for (std::uint64_t from = 0;;) {
    auto page = reader->list_outcomes(from, step).value();
    CHECK(page.outcomes.size() <= step);
    if (page.outcomes.empty())
      return all;
    from = page.next;
    all.insert(all.end(), page.outcomes.begin(), page.outcomes.end());
  }
}

value_list all_values(event_store& store, std::size_t step) {
  auto reader = store.open_reader().value();
  value_list all;
  for (held_value after;;) {
    auto page = reader->list_values(after, step).value();
    CHECK(page.size() <= step);
    if (page.empty())
      return all;
    after = page.back();
    all.insert(all.end(), page.begin(), page.end());
  }
}

// One of each kind, the second with events elsewhere, in the order in which they came.
std::vector<command_outcome> sample_outcomes() {
  auto failed = sample_outcome("a-1");
  failed.why = failure{errc::domain_threw, "out of range"};
  auto accepted = sample_outcome("a-2");
  accepted.why.reset();
  accepted.events = 4;
  accepted.position = 7;
  accepted.time = failed.time - std::chrono::hours{1};
  return {failed, accepted, sample_outcome("a-1")};
}

void check_listings(event_store& store) {
  SECTION("outcomes are listed in the order in which they came, in pages of any size") {
    CHECK(all_outcomes(store, 10).empty());
    auto made = sample_outcomes();
    made[1].events = 0;
    for (const auto& outcome : made)
      append(store, with_outcome(outcome)).value();
    CHECK((all_outcomes(store, 1) == made));
    CHECK((all_outcomes(store, 100) == made));
  }
  SECTION("values are listed by set and value, in pages of any size") {
    CHECK(all_values(store, 10).empty());
    for (const auto* value : {"bob", "ann", "Zoë", "a"})
      append(store, taking("a-1", value)).value();
    auto other = taking("a-2", "ann");
    other.extras.reservations[0].set = "bank.phone";
    append(store, other).value();
    append(store, releasing("a-1", "a")).value();
    value_list wanted{{"bank.email", "Zoë", "a-1"},
                      {"bank.email", "ann", "a-1"},
                      {"bank.email", "bob", "a-1"},
                      {"bank.phone", "ann", "a-2"}};
    CHECK((all_values(store, 1) == wanted));
    CHECK((all_values(store, 100) == wanted));
  }
}

void check_taken_over(event_store& store) {
  SECTION("outcomes are taken over with every member, once however often they come") {
    auto made = sample_outcomes();
    for (int i = 0; i < 2; ++i)
      store.take_over(made, {}).value();
    CHECK((all_outcomes(store, 100) == made));
    store.take_over({}, {}).value();
    auto again = with_outcome(made[2]);
    CHECK(append(store, again).error().code == errc::version_conflict);
    auto late = sample_request("a-2", 0);
    late.events[0].causation_id = made[1].command_id;
    CHECK(append(store, late).error().code == errc::version_conflict);
    CHECK(fill(store, "a-1", 0, 1) == appended{1, 1});
  }
  SECTION("a final outcome that is there stays as it is") {
    auto known = sample_outcome("a-1");
    append(store, with_outcome(known)).value();
    auto other = known;
    other.time += std::chrono::hours{1};
    store.take_over({&other, 1}, {}).value();
    CHECK((all_outcomes(store, 100) == std::vector{known}));
  }
  SECTION("values are held and free as they are said to be") {
    append(store, taking("a-1", "ann")).value();
    append(store, taking("a-1", "bob")).value();
    value_list values{{"bank.email", "ann", "a-2"},
                      {"bank.email", "bob", ""},
                      {"bank.email", "eve", "a-3"},
                      {"bank.phone", "none", ""}};
    for (int i = 0; i < 2; ++i)
      store.take_over({}, values).value();
    CHECK((all_values(store, 100) == value_list{values[0], values[2]}));
    CHECK(append(store, taking("a-1", "ann")).error().code == errc::already_taken);
    CHECK(append(store, taking("a-4", "bob")).has_value());
  }
}

} // namespace

void check_moving(const store_place& place) {
  auto store = place.open();
  check_listings(*store);
  check_taken_over(*store);
  if (place.outlives_its_object)
    SECTION("what was taken over is there when the store is opened again") {
      auto made = sample_outcomes();
      held_value held{"bank.email", "ann", "a-2"};
      store->take_over(made, {&held, 1}).value();
      store.reset();
      store = place.open();
      CHECK((all_outcomes(*store, 100) == made));
      CHECK((all_values(*store, 100) == value_list{held}));
    }
}

} // namespace annals::conformance

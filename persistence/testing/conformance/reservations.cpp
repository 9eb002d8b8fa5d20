#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

std::string holder(event_store& store, std::string_view value) {
  return store.open_reader().value()->holder_of("bank.email", value).value().value_or("nobody");
}

void check_taking(event_store& store) {
  SECTION("a value is held by the stream that took it, without or with events") {
    CHECK(append(store, taking("a-1", "ann")) == appended{0, 0});
    CHECK(holder(store, "ann") == "a-1");
    auto request = sample_request("a-2", 0, 2);
    request.extras.reservations.push_back({"bank.email", "bob"});
    CHECK(append(store, request) == appended{2, 2});
    CHECK(holder(store, "bob") == "a-2");
    CHECK(holder(store, "Ann") == "nobody");
    CHECK_FALSE(store.open_reader().value()->holder_of("bank.phone", "ann").value().has_value());
  }
  SECTION(
      "a value that another stream holds cannot be taken, and nothing of that append is stored") {
    append(store, taking("a-1", "ann")).value();
    auto second = sample_request("a-2", 0, 1);
    second.extras.reservations = {{"bank.email", "bob"}, {"bank.email", "ann"}};
    std::vector requests{sample_request("a-3", 0), second, sample_request("a-4", 0)};
    auto outcomes = store.append(requests);
    CHECK(outcomes[0] == appended{1, 1});
    CHECK(outcomes[2] == appended{1, 2});
    REQUIRE(outcomes[1].has_error());
    CHECK(outcomes[1].error().code == errc::already_taken);
    for (const auto* part : {"bank.email", "'ann'", "'a-1'"})
      CHECK_THAT(outcomes[1].error().message, Catch::Contains(part));
    CHECK(holder(store, "ann") == "a-1");
    CHECK(holder(store, "bob") == "nobody");
  }
  SECTION("of two in one group the first takes it") {
    std::vector requests{taking("a-1", "ann"), taking("a-2", "ann")};
    auto outcomes = store.append(requests);
    CHECK(outcomes[0].has_value());
    CHECK(outcomes[1].error().code == errc::already_taken);
  }
  SECTION("who holds a value may take it again") {
    append(store, taking("a-1", "ann")).value();
    CHECK(append(store, taking("a-1", "ann")).has_value());
    CHECK(holder(store, "ann") == "a-1");
  }
  SECTION("the version of the stream is checked before it takes anything") {
    CHECK(append(store, taking("a-1", "ann", 1)).error().code == errc::version_conflict);
    CHECK(holder(store, "ann") == "nobody");
  }
  SECTION("the same value is another one in another set; sets and values are any text") {
    append(store, taking("a-1", "ann")).value();
    append_request request{"a-2", 0, {}};
    request.extras.reservations = {{"bank.phone", "ann"}, {"s'et", ""}, {"s'et", "Zoë 🦉 %"}};
    REQUIRE(append(store, request).has_value());
    auto reader = store.open_reader().value();
    for (const auto& taken : request.extras.reservations)
      CHECK(reader->holder_of(taken.set, taken.value).value() == "a-2");
  }
  SECTION("a reservation without a set is refused") {
    append_request request{"a-1", 0, {}};
    request.extras.reservations.push_back({"", "ann"});
    CHECK(append(store, request).error().code == errc::invalid_argument);
  }
}

void check_releasing(event_store& store) {
  SECTION("what is given back is free for others, in the same group too") {
    append(store, taking("a-1", "ann")).value();
    std::vector requests{releasing("a-1", "ann"), taking("a-2", "ann")};
    for (const auto& outcome : store.append(requests))
      CHECK(outcome == appended{0, 0});
    CHECK(holder(store, "ann") == "a-2");
  }
  SECTION("only the holder gives a value back; else nothing changes, and that is no error") {
    append(store, taking("a-1", "ann")).value();
    CHECK(append(store, releasing("a-2", "ann")).has_value());
    CHECK(holder(store, "ann") == "a-1");
    CHECK(append(store, releasing("a-1", "nobody's")).has_value());
    CHECK(holder(store, "nobody's") == "nobody");
  }
  SECTION("within one append values are taken and given back in order") {
    append_request request{"a-1", 0, {}};
    request.extras.reservations = {{"bank.email", "ann"},
                                   {"bank.email", "ann", true},
                                   {"bank.email", "bob", true},
                                   {"bank.email", "bob"}};
    REQUIRE(append(store, request).has_value());
    CHECK(holder(store, "ann") == "nobody");
    CHECK(holder(store, "bob") == "a-1");
  }
}

} // namespace

void check_reservations(const store_place& place) {
  auto store = place.open();
  check_taking(*store);
  check_releasing(*store);
  if (place.outlives_its_object)
    SECTION("a value is still held when the store is opened again") {
      append(*store, taking("a-1", "ann")).value();
      store.reset();
      store = place.open();
      CHECK(holder(*store, "ann") == "a-1");
      CHECK(append(*store, taking("a-2", "ann")).error().code == errc::already_taken);
    }
}

} // namespace annals::conformance

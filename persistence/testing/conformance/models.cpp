#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

void check_models(const store_place& place) {
  auto store = place.open();
  auto reader = store->open_reader().value();
  stored_model balances{"balances", 7, 2, R"({"acc-1":100,"Zoë":-1})"};

  SECTION("a read model is stored with its checkpoint") {
    REQUIRE(store->save_model(balances));
    CHECK(reader->load_model("balances").value() == balances);
    CHECK_FALSE(reader->load_model("balance").value().has_value());
  }
  SECTION("a later one takes its place, also a smaller one") {
    REQUIRE(store->save_model(balances));
    stored_model later{"balances", 9, 3, "{}"};
    REQUIRE(store->save_model(later));
    CHECK(reader->load_model("balances").value() == later);
    stored_model rebuilt{"balances", 0, 1, ""};
    REQUIRE(store->save_model(rebuilt));
    CHECK(reader->load_model("balances").value() == rebuilt);
    CHECK(reader->list_models().value().size() == 1);
  }
  SECTION("models are listed by name, without their contents") {
    REQUIRE(store->save_model({"outcomes", 3, 1, "{}"}));
    REQUIRE(store->save_model(balances));
    CHECK(reader->list_models().value()
          == std::vector<stored_model>{{"balances", 7, 2, ""}, {"outcomes", 3, 1, ""}});
  }
  SECTION("a model of several MiB is kept to the byte") {
    std::string large;
    while (large.size() < (5U << 20))
      large += "0123456789abcdef é ";
    balances.model = large;
    REQUIRE(store->save_model(balances));
    CHECK(reader->load_model("balances").value() == balances);
  }
  SECTION("models and events do not disturb each other") {
    fill(*store, "a-1", 0, 2);
    REQUIRE(store->save_model(balances));
    CHECK(fill(*store, "a-1", 2, 1) == appended{3, 3});
    CHECK(reader->load_model("balances").value() == balances);
  }
  if (place.outlives_its_object)
    SECTION("a model is there when the store is opened again") {
      REQUIRE(store->save_model(balances));
      reader.reset();
      store.reset();
      store = place.open();
      CHECK(store->open_reader().value()->load_model("balances").value() == balances);
    }
}

} // namespace annals::conformance

#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <map>

namespace annals::conformance {

namespace {

void check_replaced(event_store& store, event_reader& reader, stored_model balances) {
  SECTION("a model keeps what its projector keeps with it") {
    balances.notes = R"({"parked":[7]})";
    REQUIRE(store.save_model(balances));
    CHECK(reader.load_model("balances").value() == balances);
    CHECK(reader.list_models().value().front().notes == balances.notes);
  }
  SECTION("a model that was replaced is not overwritten by who goes on from the one before") {
    CHECK_FALSE(reader.generation_of("balances").value());
    REQUIRE(store.save_model(balances));
    CHECK(reader.generation_of("balances").value() == 0);
    stored_model rebuilt{"balances", 5, 2, "{}"};
    REQUIRE(store.replace_model(rebuilt).value() == 1);
    CHECK(reader.generation_of("balances").value() == 1);
    CHECK(store.save_model(balances).error().code == errc::model_replaced);
    CHECK(store.replace_model(balances).error().code == errc::model_replaced);
    rebuilt.generation = 1;
    CHECK(reader.load_model("balances").value() == rebuilt);
    rebuilt.checkpoint = 9;
    REQUIRE(store.save_model(rebuilt));
    CHECK(reader.load_model("balances").value() == rebuilt);
  }
  SECTION("a model is put in place where there was none") {
    CHECK(store.replace_model(balances).value() == 1);
    balances.generation = 1;
    CHECK(reader.load_model("balances").value() == balances);
  }
  SECTION("models are removed with the one that takes their place, all or none") {
    for (auto name : {"balances", "balances@rebuild.1of2", "balances@rebuild.2of2"})
      REQUIRE(store.save_model({name, 3, 1, "{}"}));
    const std::vector<std::string> parts{"balances@rebuild.1of2", "balances@rebuild.2of2", "none"};
    balances.generation = 3;
    CHECK(store.replace_model(balances, parts).error().code == errc::model_replaced);
    CHECK(reader.list_models().value().size() == 3);
    balances.generation = 0;
    CHECK(store.replace_model(balances, parts).has_value());
    CHECK(reader.list_models().value().size() == 1);
    REQUIRE(store.remove_models(std::vector<std::string>{"balances"}));
    CHECK(reader.list_models().value().empty());
  }
}

void check_parts(event_store& store, event_reader& reader) {
  SECTION("the parts of a log have each event once, and each stream in one of them") {
    for (int i = 0; i < 20; ++i)
      fill(store, "a-" + std::to_string(i), 0, 3);
    std::map<std::string, std::uint32_t> part_of;
    std::size_t events = 0;
    for (std::uint32_t index = 0; index < 3; ++index)
      for (log_position after = 0; after < 60;) {
        auto read = reader.read_log_part({index, 3}, after, 7).value();
        CHECK(read.read_to == std::min<log_position>(after + 7, 60));
        for (const auto& event : read.events) {
          CHECK(part_of.try_emplace(event.stream, index).first->second == index);
          CHECK(event.position > after);
          CHECK(event.position <= read.read_to);
          ++events;
        }
        after = read.read_to;
      }
    CHECK(events == 60);
    CHECK(reader.read_log_part({0, 3}, 60, 7).value().read_to == 60);
    CHECK(reader.read_log_part({3, 3}, 0, 7).error().code == errc::invalid_argument);
    CHECK(reader.read_log_part({0, 0}, 0, 7).error().code == errc::invalid_argument);
  }
}

} // namespace

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
  check_replaced(*store, *reader, balances);
  check_parts(*store, *reader);
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

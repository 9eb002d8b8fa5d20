#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

stored_snapshot snapshot(std::string stream, stream_version version) {
  return {std::move(stream), version, version + 100, 2, now(), R"({"balance":-1,"of":"Zoë"})"};
}

// The versions of the snapshots of a stream that there are, the newest first.
std::vector<stream_version> kept(event_reader& reader, std::string_view stream) {
  std::vector<stream_version> found;
  auto newest = std::numeric_limits<stream_version>::max();
  for (;;) {
    auto next = reader.load_snapshot(stream, newest).value();
    if (!next)
      return found;
    found.push_back(next->version);
    newest = next->version - 1;
  }
}

// Which snapshot is found.
void check_choice(event_store& store, event_reader& reader) {
  auto first = snapshot("a-1", 10);
  auto second = snapshot("a-1", 20);
  std::vector both{first, second};
  REQUIRE(store.save_snapshots(both, 5));
  SECTION("a stream without a snapshot has none, whatever other streams have") {
    CHECK_FALSE(reader.load_snapshot("a-2").value().has_value());
    CHECK_FALSE(reader.load_snapshot("").value().has_value());
  }
  SECTION("the newest snapshot is found, with every member") {
    CHECK((reader.load_snapshot("a-1").value() == second));
  }
  SECTION("the newest snapshot up to a version is found, that version included") {
    CHECK((reader.load_snapshot("a-1", 20).value() == second));
    CHECK((reader.load_snapshot("a-1", 19).value() == first));
    CHECK((reader.load_snapshot("a-1", 10).value() == first));
  }
  SECTION("no snapshot is found where all are past the version") {
    CHECK_FALSE(reader.load_snapshot("a-1", 9).value().has_value());
    CHECK_FALSE(reader.load_snapshot("a-1", 0).value().has_value());
  }
}

} // namespace

void check_snapshots(const store_place& place) {
  using version_list = std::vector<stream_version>;
  auto store = place.open();
  auto reader = store->open_reader().value();
  auto save = [&](const std::vector<stored_snapshot>& snapshots, std::size_t keep) {
    return store->save_snapshots(snapshots, keep);
  };
  SECTION("which snapshot is found") { check_choice(*store, *reader); }
  SECTION("a snapshot of several MiB is kept to the byte") {
    auto large = snapshot("a-1", 10);
    large.state = std::string(5 << 20, 'x') + "Zoë \\u0000 ' \"";
    REQUIRE(save({large}, 1));
    CHECK((reader->load_snapshot("a-1").value() == large));
  }
  SECTION("only the newest of each stream are kept") {
    REQUIRE(save({snapshot("a-1", 10), snapshot("a-1", 20), snapshot("a-2", 5)}, 2));
    REQUIRE(save({snapshot("a-1", 30)}, 2));
    CHECK(kept(*reader, "a-1") == version_list{30, 20});
    CHECK(kept(*reader, "a-2") == version_list{5});
    REQUIRE(save({snapshot("a-1", 40), snapshot("a-1", 50), snapshot("a-1", 60)}, 1));
    CHECK(kept(*reader, "a-1") == version_list{60});
  }
  SECTION("a snapshot older than those that are there does not push them out") {
    REQUIRE(save({snapshot("a-1", 20), snapshot("a-1", 30)}, 2));
    REQUIRE(save({snapshot("a-1", 10)}, 2));
    CHECK(kept(*reader, "a-1") == version_list{30, 20});
  }
  SECTION("a snapshot takes the place of one of the same version") {
    REQUIRE(save({snapshot("a-1", 10)}, 2));
    auto other = snapshot("a-1", 10);
    other.schema_version = 3;
    other.state = "{}";
    REQUIRE(save({other}, 2));
    CHECK((reader->load_snapshot("a-1").value() == other));
    CHECK(kept(*reader, "a-1") == version_list{10});
  }
  SECTION("the snapshots of one stream are dropped, or all") {
    REQUIRE(save({snapshot("a-1", 10), snapshot("a-1", 20), snapshot("a-2", 5)}, 9));
    CHECK(store->drop_snapshots("a-3").value() == 0);
    CHECK(store->drop_snapshots("a-1").value() == 2);
    CHECK(kept(*reader, "a-1").empty());
    CHECK(kept(*reader, "a-2") == version_list{5});
    REQUIRE(save({snapshot("a-1", 10), snapshot("a-3", 1)}, 9));
    CHECK(store->drop_snapshots("").value() == 3);
    CHECK(store->drop_snapshots("").value() == 0);
  }
  SECTION("none to save is no error, none to keep is one") {
    CHECK(save({}, 1).has_value());
    CHECK(save({snapshot("a-1", 1)}, 0).error().code == errc::invalid_argument);
  }
  SECTION("snapshots and events do not disturb each other") {
    fill(*store, "a-1", 0, 2);
    REQUIRE(save({snapshot("a-1", 2)}, 1));
    CHECK(fill(*store, "a-1", 2, 1) == appended{3, 3});
    CHECK(store->drop_snapshots("").value() == 1);
    CHECK(fill(*store, "a-1", 3, 1) == appended{4, 4});
  }
  if (place.outlives_its_object)
    SECTION("a snapshot is there when the store is opened again") {
      auto taken = snapshot("a-1", 10);
      REQUIRE(save({taken}, 1));
      reader.reset();
      store.reset();
      store = place.open();
      CHECK((store->open_reader().value()->load_snapshot("a-1").value() == taken));
    }
}

} // namespace annals::conformance

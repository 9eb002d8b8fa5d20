#include "tests/actors/poison_domain.hpp"

#include "tests/comes_true.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <annals/actors/live_model.hpp>
#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <thread>

using annals::errc;
using annals::node;
using annals::tests::comes_true;
using annals::tests::temporary_folder;
using poison::counter;
using poison::total;

namespace {

annals::config on(const std::string& store) {
  annals::config settings;
  settings.store = store;
  settings.save_interval = std::chrono::milliseconds{0};
  settings.poll_interval = std::chrono::milliseconds{1};
  return settings;
}

annals::log_position add_one(node& to, std::int64_t amount) {
  return to.ask<counter>("a", poison::add{amount, ""}).get().value().position;
}

std::int64_t sum(node& at) {
  return at.read<total>([](const total& model) { return model.sum; });
}

// Puts a model in place as another process would, whatever the node saves meanwhile.
void replace(annals::event_store& store, annals::log_position checkpoint, const std::string& json) {
  auto reader = store.open_reader().value();
  for (;;) {
    annals::stored_model made{"poison.total", checkpoint, 1, json};
    made.generation = reader->generation_of("poison.total").value().value_or(0);
    if (store.replace_model(made))
      return;
  }
}

const annals::projection_type& type_in(const annals::registry& known) {
  return *known.find_projection("poison.total");
}

} // namespace

TEST_CASE("a model that another process puts in place is taken over, and taken on first") {
  temporary_folder folder;
  const auto path = "sqlite:" + folder.file("a.db");
  auto beside = annals::open_store(path).value();
  std::atomic<bool> done{false};
  {
    node counting{annals::domain<counter, total>{}, on(path)};
    auto first = add_one(counting, 1);
    REQUIRE(counting.wait_for<total>(first));
    bool went_back = false;
    std::thread watching{[&] {
      annals::log_position before = 0;
      while (!done) {
        auto now = counting.projections().front().position;
        went_back = went_back || now < before;
        before = now;
      }
    }};
    for (int i = 2; i <= 50; ++i) {
      add_one(counting, 1);
      if (i % 10 == 0)
        replace(*beside, first, R"({"sum":)" + std::to_string(1000 * i) + "}");
    }
    // 50,000 for the first, and one for each of the 49 that follow.
    CHECK(comes_true([&] { return sum(counting) == 50'049; }));
    done = true;
    watching.join();
    CHECK_FALSE(went_back); // no reader sees an older model
    auto last = add_one(counting, 1);
    REQUIRE(counting.wait_for<total>(last));
  }
  auto stored = beside->open_reader().value()->load_model("poison.total").value().value();
  CHECK(stored.model == R"({"sum":50050})");
  CHECK(stored.generation >= 5);
}

TEST_CASE("a model that is taken over parks no more events than its projection may") {
  poison::not_mended fresh;
  temporary_folder folder;
  const auto path = "sqlite:" + folder.file("a.db");
  auto beside = annals::open_store(path).value();
  poison::fill(*beside, 9, 1, 3, 0); // 3, 6 and 9
  poison::mended = true;
  auto settings = on(path);
  settings.most_parked = 2;
  settings.poison_retries = 0;
  node counting{annals::domain<counter, poison::sums>{}, settings};
  auto status = [&] { return counting.projections().front(); };
  REQUIRE(counting.wait_for<poison::sums>(9));
  poison::mended = false;
  annals::stored_model empty{"poison.sums", 0, 1, R"({"of":{},"events":0})"};
  auto reader = beside->open_reader().value();
  do
    empty.generation = reader->generation_of("poison.sums").value().value_or(0);
  while (!beside->replace_model(empty));
  REQUIRE(comes_true([&] { return status().stopped.has_value(); }));
  CHECK(status().position == 8);
  CHECK(status().parked == 2);
}

TEST_CASE("a model of no use that is put in place changes nothing for readers, and is replaced") {
  temporary_folder folder;
  const auto path = "sqlite:" + folder.file("a.db");
  auto beside = annals::open_store(path).value();
  {
    node counting{annals::domain<counter, total>{}, on(path)};
    REQUIRE(counting.wait_for<total>(add_one(counting, 5)));
    replace(*beside, 1, "{");
    auto last = add_one(counting, 6);
    REQUIRE(counting.wait_for<total>(last));
    CHECK(sum(counting) == 11);
    auto reader = beside->open_reader().value();
    CHECK(comes_true([&] {
      return reader->load_model("poison.total").value().value().model == R"({"sum":11})";
    }));
  }
}

TEST_CASE("a stored model that does not fit is refused with what is wrong and what to do") {
  annals::registry known = poison::domain{};
  annals::live_model model{type_in(known)};
  model.pass(7);
  const auto good = model.to_stored().value();
  REQUIRE(annals::live_model{type_in(known)}.restore(good, 7));
  auto refused = [&](const annals::stored_model& stored, const std::string& part) {
    annals::live_model fresh{type_in(known)};
    auto restored = fresh.restore(stored, 7);
    REQUIRE(restored.has_error());
    CHECK(restored.error().code == errc::undecodable);
    CHECK_THAT(restored.error().message, Catch::Contains(part));
    CHECK(fresh.position() == 0);
  };
  SECTION("changed by hand") {
    auto changed = good;
    changed.model = R"({"sum":1})";
    refused(changed, "changed by something else than its projector");
  }
  SECTION("a checkpoint ahead of the log") {
    auto ahead = good;
    ahead.checkpoint = 8;
    refused(ahead, "ahead of the log, which ends at position 7");
  }
  SECTION("another schema version") {
    auto other = good;
    other.schema_version = 2;
    refused(other, "schema version 2");
  }
  SECTION("notes that nobody can read") {
    auto spoilt = good;
    spoilt.notes = "{";
    refused(spoilt, "");
  }
  SECTION("a projection that was changed without a new version") {
    auto changed_type = type_in(known);
    changed_type.events.clear(); // it read another event before
    annals::live_model fresh{changed_type};
    auto restored = fresh.restore(good, 7);
    REQUIRE(restored.has_error());
    CHECK_THAT(restored.error().message,
               Catch::Contains("same schema version 1") && Catch::Contains("give it a new one"));
  }
}

namespace versions {

struct total {
  static constexpr annals::projection_name name{"poison.total", 2};
  std::int64_t sum = 0;
  std::int64_t events = 0;
};
BOOST_DESCRIBE_STRUCT(total, (), (sum, events))
inline void project(total& model, const annals::recorded<poison::added>& event) {
  model.sum += event->amount;
  ++model.events;
}

} // namespace versions

TEST_CASE("two versions of a projection stand side by side for as long as both programs run") {
  temporary_folder folder;
  const auto path = "sqlite:" + folder.file("a.db");
  for (int round = 0; round < 2; ++round) {
    node blue{annals::domain<counter, total>{}, on(path)};
    node green{annals::domain<counter, versions::total>{}, on(path)};
    auto last = add_one(blue, 2);
    REQUIRE(blue.wait_for<total>(last));
    REQUIRE(green.wait_for<versions::total>(last));
    CHECK(sum(blue) == 2 * (round + 1));
    CHECK(green.read<versions::total>([](auto& model) { return model.events; }) == round + 1);
  }
  auto store = annals::open_store(path).value();
  auto stored = store->open_reader().value()->list_models().value();
  REQUIRE(stored.size() == 2);
  CHECK(stored[0].projection == "poison.total");
  CHECK(stored[1].projection == "poison.total@v2");
}

TEST_CASE(
    "what an earlier release stored of a later version under the plain name is gone on with") {
  temporary_folder folder;
  const auto path = "sqlite:" + folder.file("a.db");
  auto store = annals::open_store(path).value();
  poison::fill(*store, 3, 1, 10, 0);
  REQUIRE(store->save_model({"poison.total", 2, 2, R"({"sum":40,"events":2})"}));
  node green{annals::domain<counter, versions::total>{}, on(path)};
  REQUIRE(green.wait_for<versions::total>(3));
  CHECK(green.read<versions::total>([](auto& model) { return model.sum; }) == 43);
}

#include <annals/persistence/testing/faulty_store.hpp>

#include <annals/persistence/memory/memory_store.hpp>
#include <annals/persistence/open_store.hpp>

#include <annals/testing/store_conformance.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <chrono>

using namespace annals;
using namespace annals::tests;
using annals::testing::faults;
using annals::testing::faulty_store;
using namespace std::chrono_literals;

namespace {

const failure full{errc::store_full, "the disk of the test is full"};

// Appends one event to each of `count` streams; 'f' failed, 'l' failed but stored, '.' stored.
std::string storm(std::uint64_t seed, std::size_t count) {
  auto plan = std::make_shared<faults>();
  faulty_store store{make_memory_store(), plan};
  plan->at_random(seed, 0.3, 0.3);
  std::string story;
  for (std::size_t i = 0; i < count; ++i) {
    auto stream = "a-" + std::to_string(i);
    auto outcome = append(store, sample_request(stream, 0));
    auto version = store.open_reader().value()->version_of(stream).value();
    CHECK((version == 1 || !outcome));
    story += outcome ? '.' : version == 1 ? 'l' : 'f';
  }
  return story;
}

} // namespace

TEST_CASE("with no faults the decorator keeps the port's promises over a memory store") {
  annals::testing::check_store_conformance({[] {
    return std::make_unique<faulty_store>(make_memory_store(), std::make_shared<faults>());
  }});
}

#if ANNALS_WITH_SQLITE
TEST_CASE("with no faults the decorator keeps the port's promises over a SQLite store") {
  temporary_folder folder;
  annals::testing::check_store_conformance({[&] {
                                              return std::make_unique<faulty_store>(
                                                  open_store(folder.file("a.db")).value(),
                                                  std::make_shared<faults>());
                                            },
                                            true});
}
#endif

TEST_CASE("an append that fails stores nothing, as often as was asked for") {
  auto plan = std::make_shared<faults>();
  faulty_store store{make_memory_store(), plan};
  plan->fail_appends(full, 2);
  std::vector two{sample_request("a-1", 0), sample_request("a-2", 0)};
  auto outcomes = store.append(two);
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].error() == full);
  CHECK(outcomes[1].error() == full);
  CHECK(append(store, two[0]).error() == full);
  CHECK(whole_log(store).empty());
  CHECK(append(store, two[0]).value() == appended{1, 1});
  CHECK(plan->counts() == faults::tally{3, 2, 0});
}

TEST_CASE("an append whose answer is lost is stored all the same") {
  auto plan = std::make_shared<faults>();
  faulty_store store{make_memory_store(), plan};
  plan->lose_answers();
  auto request = sample_request("a-1", 0, 3);
  CHECK(append(store, request).error() == faults::no_answer());
  CHECK(whole_log(store) == recorded(request, 1));
  CHECK(append(store, request).error().code == errc::version_conflict);
  CHECK(plan->counts() == faults::tally{2, 0, 1});
}

TEST_CASE("an append that is slow takes at least as long as was asked for") {
  auto plan = std::make_shared<faults>();
  faulty_store store{make_memory_store(), plan};
  plan->slow_appends(20ms);
  auto begin = std::chrono::steady_clock::now();
  CHECK(append(store, sample_request("a-1", 0)));
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
}

TEST_CASE("random faults are those of their seed, and all kinds come") {
  auto story = storm(7, 200);
  CHECK(story == storm(7, 200));
  CHECK(story != storm(8, 200));
  for (char kind : {'f', 'l', '.'})
    CHECK(story.find(kind) != std::string::npos);
}

TEST_CASE("a healed store has no faults left") {
  auto plan = std::make_shared<faults>();
  faulty_store store{make_memory_store(), plan};
  plan->fail_appends(full, 5);
  plan->lose_answers(5);
  plan->at_random(1, 1, 1);
  plan->heal();
  CHECK(append(store, sample_request("a-1", 0)));
  CHECK(plan->counts() == faults::tally{1, 0, 0});
}

TEST_CASE("a memory store can be presented as one that blocks") {
  CHECK_FALSE(faulty_store{make_memory_store(), std::make_shared<faults>()}.blocks());
  CHECK(faulty_store{make_memory_store(), std::make_shared<faults>(), true}.blocks());
}

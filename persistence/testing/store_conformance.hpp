#pragma once

#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

// The contract of every store, as tests: what an adapter of your own links (`annals::
// store_conformance`, which brings Catch2 2.13) and calls from a Catch2 test case. The whole test:
//
//   TEST_CASE("my store keeps the port's promises") {
//     annals::testing::check_store_conformance({[] { return std::make_unique<my_store>(); }});
//   }

namespace annals::testing {

/// How the suite gets at a store of one kind. Catch2 runs the test case once for each of the
/// suite's sections: each time the place must be empty.
struct store_place {
  /// Opens the store there; throws where it cannot.
  std::function<std::unique_ptr<event_store>()> open;
  /// Whether what was stored is there when the store is opened again. Such a place must also take
  /// several stores at once, as of several processes.
  bool outlives_its_object = false;
};

/// Checks all that the port promises, in some 150 sections which take seconds, or as long as the
/// store needs for 20,000 small commits. Call it as the body of a test case; it starts threads.
void check_store_conformance(const store_place& place);

/// How long, and by how many, a store is written and followed.
struct load_plan {
  std::size_t writers = 8;
  std::size_t readers = 4;
  std::chrono::milliseconds length = std::chrono::minutes{1};
  /// How long a writer waits after each group, so that a fast store does not fill the memory.
  std::chrono::milliseconds pause{2};
};

/// Writers append groups of all sizes, to streams of their own and to one that they fight for,
/// while readers follow the log: nothing may be skipped, doubled, out of order, or other than what
/// the writers were told. Call it as the body of a test case; takes `plan.length`, and then as long
/// as reading it all.
void check_store_under_load(const store_place& place, const load_plan& plan = {});

/// Fills the store with so many events (1,000 or more) over a hundredth as many streams and checks
/// that log, streams and listings are whole, and that their ends are found as in a small store.
/// Takes minutes, and about 300 bytes of disk an event.
void check_large_store(const store_place& place, std::uint64_t events = 10'000'000);

} // namespace annals::testing

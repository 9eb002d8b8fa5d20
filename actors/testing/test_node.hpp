#pragma once

/// A node for tests. Includes no CAF and no test framework.

#include <annals/actors/node.hpp>
#include <annals/messages/domain_list.hpp>
#include <annals/messages/testing/test_clock.hpp>
#include <annals/messages/testing/testing.hpp>
#include <annals/persistence/testing/faults.hpp>

#include <memory>

namespace annals::testing {

/// The settings of a node for tests: those of a node, whose store is in memory unless `store` or
/// `open_store` names another. `clock` is not used: a test node has a clock of its own.
struct test_config : config {
  /// Gives a store that never waits a thread of its own, as one that waits for a disk has.
  bool store_blocks = false;
  /// What the clock begins with; 2000-01-01T00:00:00Z.
  timestamp begin{std::chrono::seconds{946'684'800}};
};

namespace detail {

// Outlives the node, which is a base class that comes after it.
struct test_parts {
  std::shared_ptr<testing::faults> plan;
  std::shared_ptr<test_clock> clock;
};

} // namespace detail

/// A real node, as in a program, over a store that fails when the test says so, with a clock that
/// stands until the test moves it:
///
///     annals::testing::test_node node{annals::domain<account, balances>{}};
///     node.faults().lose_answers();
///     node.ask<account>("acc-1", deposit{100}).get();
///     node.clock().advance(10min);
///
/// The constructor blocks and throws as that of `node`. Threads are as for `node`.
class test_node : private detail::test_parts, public node {
public:
  explicit test_node(registry domain, test_config settings = {});
  ~test_node();

  /// What goes wrong with the appends of the store.
  testing::faults& faults() noexcept { return *plan; }

  /// What the node takes for the present time (`config::clock`).
  test_clock& clock() noexcept { return *test_parts::clock; }

private:
  test_node(detail::test_parts parts, registry domain, test_config settings);

  // What waits for a time, after each move of the clock, on the thread that moves it: aggregates
  // that have been idle for long enough by then have left memory when the move returns.
  void wake_up();
};

} // namespace annals::testing

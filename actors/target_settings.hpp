#pragma once

#include <annals/persistence/projection_target.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace annals {

/// A projection that writes to a target of its own instead of to a read model in memory. It follows
/// the log as other projections do, on a thread of its own; `node::projections` and
/// `node::wait_for` know it by its name.
struct target_settings {
  /// Other than that of any projection of the domain.
  std::string name;
  /// Opens the target; called again where that failed.
  std::function<result<std::unique_ptr<projection_target>>()> open;
  /// The most positions of the log in one batch; 1 or more.
  std::size_t largest_batch = 1000;
  /// How long events wait for others to share a batch with, counted from the first; 0 or more.
  std::chrono::milliseconds longest_wait{0};
};

} // namespace annals

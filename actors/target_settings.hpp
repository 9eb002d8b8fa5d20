#pragma once

#include <annals/messages/poison.hpp>
#include <annals/persistence/projection_target.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace annals {

/// A projection that writes to a target of its own instead of to a read model in memory. It follows
/// the log as other projections do, on a thread of its own; `node::projections`, `node::wait_for`
/// and `projection_control` know it by its name. Among several nodes one at a time runs it.
struct target_settings {
  /// Other than that of any projection of the domain.
  std::string name;
  /// Opens the target; called again where that failed.
  std::function<result<std::unique_ptr<projection_target>>()> open;
  /// The most positions of the log in one batch; 1 or more.
  std::size_t largest_batch = 1000;
  /// How long events wait for others to share a batch with, counted from the first; 0 or more.
  std::chrono::milliseconds longest_wait{0};
  /// What is done with an event that the target goes on failing at for good, as for projections.
  poison on_poison = poison::stop;
};

} // namespace annals

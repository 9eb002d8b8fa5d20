#pragma once

#include <annals/messages/poison.hpp>
#include <annals/persistence/projection_target.hpp>
#include <annals/persistence/stored_records.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace annals {

/// A projection that writes to a target of its own instead of to a read model in memory. It follows
/// the log as other projections do, on a thread of its own; `node::projections`, `node::wait_for`
/// and `projection_control` know it by its name. Among several nodes one at a time runs it, or each
/// of its parts.
struct target_settings {
  /// Other than that of any projection of the domain, and not like that of a part ("NAME@2of4").
  std::string name;
  /// Opens the target; called again where that failed.
  std::function<result<std::unique_ptr<projection_target>>()> open;
  /// The most positions of the log in one batch; 1 or more.
  std::size_t largest_batch = 1000;
  /// How long events wait for others to share a batch with, counted from the first; 0 or more.
  std::chrono::milliseconds longest_wait{0};
  /// What is done with an event that the target goes on failing at for good, as for projections.
  poison on_poison = poison::stop;
  /// Into how many parts the streams are divided, by their names; 1 to 1024. Each part is told the
  /// events of its streams, in order, and is run like a target of its own by the name "NAME@2of4":
  /// on a thread of its own, on whichever node has it, with a position, parked events and orders of
  /// its own. How many there are is stored with the first start, and stays.
  std::uint32_t partitions = 1;
  /// As `open`, and in its place where there are several parts: opens the target of one, which has
  /// a position of its own. The targets of two parts are used by two threads, or nodes, at a time.
  std::function<result<std::unique_ptr<projection_target>>(log_part)> open_part{};
};

} // namespace annals

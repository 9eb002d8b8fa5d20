#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace annals {

/// The commands under way of one live instance: what tells whether it may leave memory.
struct instance_traffic {
  std::atomic<std::uint32_t> under_way{0};
};

/// Counts the commands under way in a node and bounds them: the one limit in front of dispatcher,
/// aggregates and journal, since whatever waits in one of them belongs to a command that is counted
/// here. Any thread; never blocks.
class traffic {
public:
  struct limits {
    std::size_t in_node = 100'000;
    std::size_t in_instance = 10'000;
  };

  /// Who refused a command.
  enum class admission : std::uint8_t { admitted, node_is_full, instance_is_full };

  explicit traffic(limits most) : most_{most} {}

  /// Counts a command in, unless a limit is reached.
  admission enter(instance_traffic& instance) noexcept {
    if (under_way_.load(std::memory_order_relaxed) >= most_.in_node)
      return admission::node_is_full;
    if (instance.under_way.load(std::memory_order_relaxed) >= most_.in_instance)
      return admission::instance_is_full;
    under_way_.fetch_add(1, std::memory_order_relaxed);
    instance.under_way.fetch_add(1, std::memory_order_relaxed);
    return admission::admitted;
  }

  /// A command has its answer.
  void leave(instance_traffic& instance) noexcept {
    under_way_.fetch_sub(1, std::memory_order_relaxed);
    // What the aggregate did before is seen by whoever finds the instance idle.
    instance.under_way.fetch_sub(1, std::memory_order_release);
  }

  /// How many commands are under way in the node.
  std::size_t under_way() const noexcept { return under_way_.load(std::memory_order_relaxed); }
  const limits& most() const noexcept { return most_; }

private:
  limits most_;
  std::atomic<std::size_t> under_way_{0};
};

} // namespace annals

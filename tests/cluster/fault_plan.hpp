#pragma once

#include <chrono>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace annals::tests::cluster {

enum class fault_kind { kill, stop, cut, drain, join };

/// One thing that happens to a bank of nodes.
struct planned_fault {
  int number = 0;
  fault_kind what = fault_kind::kill;
  /// To whom.
  std::string node;
  /// Who is started besides, if anybody: before a drain, after a kill.
  std::string starts;
  /// How long it is quiet before.
  std::chrono::milliseconds pause{0};
  /// How long a stopped node stands still, and one that is cut off is alone.
  std::chrono::milliseconds length{0};

  /// "7: 900 ms, then stop n2 for 2100 ms".
  std::string text() const;
  bool operator==(const planned_fault&) const = default;
};

/// What happens to a bank of nodes, drawn before any of it does, so that a seed repeats it whatever
/// comes of it. Who has been killed for good or drained counts as gone, who has been started or is
/// stopped as there: by this count there are three to five nodes at all times.
class fault_plan {
public:
  static constexpr std::size_t fewest_nodes = 3;
  static constexpr std::size_t most_nodes = 5;

  /// Where nothing can be cut off, nodes are stopped instead.
  fault_plan(std::uint32_t seed, std::chrono::milliseconds lease_time, bool can_cut)
      : random_{seed}, lease_time_{lease_time}, can_cut_{can_cut} {}

  planned_fault next();
  /// Those that are there after what was planned last.
  const std::set<std::string>& nodes() const noexcept { return nodes_; }
  /// Whether a node reaches the store by the network of the nodes, and loses it with them.
  static bool is_far_from_store(const std::string& node);

private:
  std::chrono::milliseconds draw(std::chrono::milliseconds least, std::chrono::milliseconds most);
  fault_kind next_kind();
  std::string node_for(fault_kind what);
  std::string free_name() const;

  std::mt19937 random_;
  std::chrono::milliseconds lease_time_;
  bool can_cut_;
  int planned_ = 0;
  int cuts_ = 0;
  std::vector<fault_kind> round_;
  std::set<std::string> nodes_{"n1", "n2", "n3"};
};

} // namespace annals::tests::cluster

#pragma once

#include <annals/messages/stable_hash.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// A node as the others see it.
struct member {
  std::string name;
  /// Of this run of the node: one that was started again is another one.
  std::string incarnation;
  /// Where it is reached, "HOST:PORT"; empty while it is joining.
  std::string address;
  /// Its share of all that is placed; 0 for one that has none, or is leaving.
  double weight = 1;
  /// The projections, targets or parts of them, process managers, and subscriptions or partitions
  /// of them that it can run.
  std::vector<std::string> duties{};

  bool operator==(const member&) const = default;
};

/// Which of the nodes that are there has a stream: rendezvous hashing with weights (D. Thaler and
/// C. Ravishankar, "Using name-based mappings to increase hit rates", 1998), with weights as in
/// C. Schindelhauer and G. Schomaker, "Weighted distributed hash tables", 2005. A node that comes
/// or goes moves its own share and nothing else. An ordinary value; the same nodes give the same
/// answer in every process.
class placement {
public:
  placement() = default;
  explicit placement(std::vector<member> members);

  const std::vector<member>& members() const noexcept { return members_; }
  /// Null where there is none of that name.
  const member* find(std::string_view name) const noexcept;

  /// The node that has the stream, among those with a weight; null where there is none.
  const member* owner_of(std::string_view stream) const {
    return best(stream, [](const member&) { return true; });
  }

  /// The same among those for which `may` says true.
  template <class May>
  const member* best(std::string_view stream, May may) const {
    const member* found = nullptr;
    double highest = 0;
    auto name = stable_hash(stream);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const auto& one = members_[i];
      if (one.weight <= 0 || !may(one))
        continue;
      auto score = score_of(one.weight, hashes_[i], name);
      if (found == nullptr || score > highest) {
        found = &one;
        highest = score;
      }
    }
    return found;
  }

  bool operator==(const placement&) const = default;

private:
  static double score_of(double weight, std::uint64_t member, std::uint64_t stream) noexcept;

  // In order of name, so that equal scores are settled alike everywhere.
  std::vector<member> members_;
  // Of the name of the member in the same place: placement is asked with each command.
  std::vector<std::uint64_t> hashes_;
};

} // namespace annals

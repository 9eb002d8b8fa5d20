#include <annals/actors/cluster/placement.hpp>

#include <algorithm>
#include <cmath>

namespace annals {

placement::placement(std::vector<member> members) : members_{std::move(members)} {
  std::ranges::sort(members_, {}, &member::name);
  for (const auto& one : members_)
    hashes_.push_back(mixed_hash(stable_hash(one.name)));
}

const member* placement::find(std::string_view name) const noexcept {
  auto found = std::ranges::find(members_, name, &member::name);
  return found == members_.end() ? nullptr : &*found;
}

// Of an exponential distribution whose rate is the weight the smallest wins as often as its weight
// says.
double placement::score_of(double weight, std::uint64_t member, std::uint64_t stream) noexcept {
  auto bits = mixed_hash(stream ^ member);
  auto even = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; // between 0 and 1, neither of them
  return weight / -std::log(even);
}

} // namespace annals

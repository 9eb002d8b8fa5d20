#include <annals/actors/cluster/placement.hpp>

#include <algorithm>
#include <cmath>

namespace annals {

namespace {

// The last step of MurmurHash3 (A. Appleby): every bit of the input changes half of the output.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
  return x ^ (x >> 33);
}

} // namespace

placement::placement(std::vector<member> members) : members_{std::move(members)} {
  std::ranges::sort(members_, {}, &member::name);
  for (const auto& one : members_)
    hashes_.push_back(mixed(stable_hash(one.name)));
}

const member* placement::find(std::string_view name) const noexcept {
  auto found = std::ranges::find(members_, name, &member::name);
  return found == members_.end() ? nullptr : &*found;
}

// Of an exponential distribution whose rate is the weight the smallest wins as often as its weight
// says.
double placement::score_of(double weight, std::uint64_t member, std::uint64_t stream) noexcept {
  auto bits = mixed(stream ^ member);
  auto even = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; // between 0 and 1, neither of them
  return weight / -std::log(even);
}

} // namespace annals

#include <annals/persistence/memory/kept_leases.hpp>

namespace annals::memory {

result<lease> kept_leases::acquire(const lease_claim& claim) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  auto& one = *leases_.try_emplace(claim.name).first;
  auto& held = one.second;
  if (held.owner != claim.owner) {
    auto now = shown(one);
    if (!held.owner.empty() && now.is_live())
      return lease_held(claim.name, held.owner, now.left);
    ++held.token;
  }
  return extend(one, claim);
}

result<lease> kept_leases::renew(const lease_claim& claim, std::uint64_t token) {
  if (auto good = check_claim(claim); !good)
    return good.error();
  auto found = leases_.find(claim.name);
  if (found == leases_.end() || found->second.token != token || found->second.owner != claim.owner)
    return lease_lost({claim.name, token});
  return extend(*found, claim);
}

void kept_leases::release(std::string_view name, std::uint64_t token) {
  auto found = leases_.find(name);
  if (found == leases_.end() || found->second.token != token)
    return;
  ++found->second.token;
  found->second.owner.clear();
}

std::vector<lease> kept_leases::list(std::string_view prefix) const {
  std::vector<lease> found;
  for (auto one = leases_.lower_bound(prefix);
       one != leases_.end() && one->first.starts_with(prefix); ++one)
    if (!one->second.owner.empty())
      found.push_back(shown(*one));
  return found;
}

std::uint64_t kept_leases::forget(std::string_view prefix, std::chrono::milliseconds out_for) {
  const auto before = clock::now() - out_for;
  return std::erase_if(leases_, [&](const auto& one) {
    return one.first.starts_with(prefix) && one.second.until <= before;
  });
}

result<void> kept_leases::check(const lease_fence& fence) const {
  if (fence.empty())
    return {};
  auto found = leases_.find(fence.name);
  if (found == leases_.end() || found->second.token != fence.token)
    return lease_lost(fence);
  return {};
}

lease kept_leases::shown(const by_name::value_type& one) {
  const auto& [name, held] = one;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(held.until - clock::now());
  return {name, held.owner, held.payload, held.token, left};
}

lease kept_leases::extend(by_name::value_type& one, const lease_claim& claim) {
  one.second.owner = claim.owner;
  one.second.payload = claim.payload;
  one.second.until = clock::now() + claim.time_to_live;
  return shown(one);
}

} // namespace annals::memory

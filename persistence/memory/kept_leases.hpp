#pragma once

#include <annals/persistence/lease_store.hpp>

#include <map>

namespace annals::memory {

/// The leases of a memory store. The caller keeps others out meanwhile.
class kept_leases {
public:
  result<lease> acquire(const lease_claim& claim);
  result<lease> renew(const lease_claim& claim, std::uint64_t token);
  void release(std::string_view name, std::uint64_t token);
  std::vector<lease> list(std::string_view prefix) const;
  std::uint64_t forget(std::string_view prefix, std::chrono::milliseconds out_for);

  /// Whether what is written under this fence may be; gives `lease_lost`.
  result<void> check(const lease_fence& fence) const;

private:
  using clock = std::chrono::steady_clock;

  struct kept {
    std::string owner; // empty where it was given back
    std::string payload;
    std::uint64_t token = 0;
    clock::time_point until{};
  };
  using by_name = std::map<std::string, kept, std::less<>>;

  static lease shown(const by_name::value_type& one);
  static lease extend(by_name::value_type& one, const lease_claim& claim);

  by_name leases_;
};

} // namespace annals::memory

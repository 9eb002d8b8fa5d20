#include <annals/persistence/lease_store.hpp>

#include <annals/messages/text.hpp>

namespace annals {

namespace {

constexpr std::size_t longest_lease_name = 1200;

} // namespace

result<void> check_claim(const lease_claim& claim) {
  if (claim.name.empty() || claim.name.size() > longest_lease_name)
    return failure{errc::invalid_argument,
                   "a lease has no name, or one longer than 1,200 bytes; give a short one"};
  if (claim.owner.empty())
    return failure{errc::invalid_argument,
                   "the lease " + quoted(claim.name) + " is asked for by nobody; name its owner"};
  if (claim.time_to_live.count() <= 0)
    return failure{errc::invalid_argument,
                   "the lease " + quoted(claim.name) + " would run out at once; give 1 ms or more"};
  return {};
}

failure lease_held(std::string_view name, std::string_view owner, std::chrono::milliseconds left) {
  return {errc::lease_held, "the lease " + quoted(name) + " is held by " + quoted(owner) + " for "
                                + std::to_string(left.count())
                                + " ms more unless it is renewed; wait, or ask its owner"};
}

failure lease_lost(const lease_fence& fence) {
  return {errc::lease_lost, "the lease " + quoted(fence.name) + " has changed hands since it was "
                                + "taken under token " + std::to_string(fence.token)
                                + "; nothing was stored: leave it to the new owner"};
}

} // namespace annals

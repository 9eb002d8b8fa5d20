#include <annals/actors/cluster/membership.hpp>

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

void membership::note_unreachable(std::vector<std::string> incarnations) {
  std::lock_guard guard{mutex_};
  unreachable_ = std::move(incarnations);
}

void membership::tell_unreachable() {
  {
    std::lock_guard guard{mutex_};
    if (unreachable_ == card_.unreachable)
      return;
    card_.unreachable = unreachable_;
  }
  put_card();
}

// Who renews its lease and cannot be reached, by a wrong address, does not notice it by himself.
void membership::hear_unreachable(const std::vector<lease>& leases) {
  std::string names;
  for (const auto& one : leases) {
    if (!one.is_live() || one.owner == incarnation_ || !one.name.starts_with(node_lease("")))
      continue;
    auto card = card_in(one);
    if (card && std::ranges::count(card->unreachable, incarnation_) != 0)
      names += (names.empty() ? "" : ", ") + one.name.substr(node_lease("").size());
  }
  if (!names.empty() && names != unreachable_for_)
    log().warn("node {}: it cannot be reached at {} by {}, which do its share; check "
               "config::cluster's listen and advertise (--listen, --advertise), and what is "
               "between",
               settings_.name, card_.address, names);
  unreachable_for_ = std::move(names);
}

} // namespace annals

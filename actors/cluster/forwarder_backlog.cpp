#include <annals/actors/cluster/forwarder_state.hpp>

#include <algorithm>
#include <utility>

namespace annals {

// When a node is gone, or there again, all that waited for it could go at once, and whoever has its
// streams now would load them all, while the commands of its own streams stand behind them. So a
// few go at a time, next to those that did not wait: of many, so many that a hundred answers'
// time is enough for all.

namespace {

constexpr std::size_t least_at_a_time = 2;
constexpr std::size_t turns = 96;

} // namespace

void forwarder_state::place_waiting() {
  auto now = clock::now();
  std::vector<std::uint64_t> unplaced;
  for (auto& [incarnation, behind] : backlogs_)
    behind.waiting.clear();
  for (auto& [number, one] : pending_) {
    if (!one.at.empty() || one.not_before > now)
      continue;
    one.has_waited = true;
    if (auto owner = reached_owner(one); owner.empty())
      unplaced.push_back(number);
    else
      backlogs_[owner].waiting.push_back(number);
  }
  for (auto number : unplaced)
    place(number);
  std::vector<std::string> owners;
  for (const auto& [incarnation, behind] : backlogs_)
    owners.push_back(incarnation);
  for (const auto& incarnation : owners) {
    auto& behind = backlogs_[incarnation];
    auto all = behind.waiting.size() + behind.under_way;
    if (all == 0) {
      backlogs_.erase(incarnation);
      continue;
    }
    behind.most = std::max({behind.most, least_at_a_time, all / turns});
    send_more(incarnation);
  }
}

// Empty where the command could not go to anyone now.
std::string forwarder_state::reached_owner(const pending& one) const {
  auto nodes = parts_.nodes->nodes();
  const auto* owner = find_owner(*nodes, one);
  if (owner == nullptr)
    return {};
  if (owner->incarnation == parts_.nodes->incarnation())
    return owner->incarnation;
  auto known = peers_.find(owner->incarnation);
  return known != peers_.end() && known->second.gateway ? owner->incarnation : std::string{};
}

// What stands in the queue may have been answered meanwhile, late, by who had it before.
void forwarder_state::send_more(const std::string& incarnation) {
  auto found = backlogs_.find(incarnation);
  while (found != backlogs_.end() && !found->second.waiting.empty()
         && found->second.under_way < found->second.most) {
    auto number = found->second.waiting.front();
    found->second.waiting.pop_front();
    auto one = pending_.find(number);
    if (one != pending_.end() && one->second.at.empty())
      place(number);
  }
}

void forwarder_state::begin_at(pending& one, const std::string& incarnation) {
  one.at = incarnation;
  one.counts = one.has_waited;
  if (one.counts)
    ++backlogs_[incarnation].under_way;
}

// Gives where there is room for another one now; empty where there is no more than before.
std::string forwarder_state::leave(pending& one) {
  auto from = std::exchange(one.at, {});
  if (!std::exchange(one.counts, false))
    return {};
  --backlogs_[from].under_way;
  return from;
}

// They are sent again soon: whoever has the streams now knows the ids of what was carried out.
void forwarder_state::take_back_from(const std::string& incarnation) {
  for (auto& [number, one] : pending_)
    if (one.at == incarnation) {
      leave(one);
      one.not_before = {};
    }
}

} // namespace annals

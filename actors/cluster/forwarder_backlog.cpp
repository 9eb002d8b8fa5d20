#include <annals/actors/cluster/forwarder_state.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace annals {

// When a node is gone, or there again, all that waited for it could go at once, and whoever has its
// streams now would load them all, while the commands of its own streams stand behind them. So they
// are spread over a part of the lease time, as steadily as may be: what was held for most of a
// lease does not mind, and in between there is room for those that did not wait.

namespace {

constexpr std::chrono::milliseconds between_sends{8};
constexpr int part_of_lease_to_send = 2;
// Past this many times what goes at once, whoever has them now is slower than that.
constexpr std::size_t most_unanswered = 4;
constexpr std::chrono::milliseconds longest_wait{100};

} // namespace

void forwarder_state::place_waiting() {
  auto now = clock::now();
  std::vector<std::uint64_t> unplaced;
  for (auto& [incarnation, behind] : backlogs_)
    behind.waiting.clear();
  std::set<std::string_view> held;
  for (auto& [number, one] : pending_) {
    if (!one.at.empty() || held.contains(one.stream))
      continue;
    if (one.not_before > now) {
      held.insert(one.stream);
      continue;
    }
    one.has_waited = true;
    if (auto owner = reached_owner(one); owner.empty())
      unplaced.push_back(number);
    else
      backlogs_[owner].waiting.push_back(number);
  }
  for (auto number : unplaced)
    place(number);
  std::erase_if(backlogs_, [](const auto& one) {
    return one.second.waiting.empty() && one.second.under_way == 0;
  });
  auto times =
      std::max<std::size_t>(1, static_cast<std::size_t>(parts_.settings.lease_time
                                                        / part_of_lease_to_send / between_sends));
  for (auto& [incarnation, behind] : backlogs_) {
    auto all = behind.waiting.size() + behind.under_way;
    behind.at_once = std::max({behind.at_once, std::size_t{1}, all / times});
  }
  send_soon();
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

// To one node after the other, so that they do not wait for each other in the store.
void forwarder_state::send_soon() {
  auto nodes =
      std::ranges::count_if(backlogs_, [](const auto& one) { return !one.second.waiting.empty(); });
  if (is_sending_ || nodes == 0)
    return;
  is_sending_ = true;
  self_->delayed_send(self_, std::chrono::microseconds{between_sends} / nodes, send_waiting{});
}

void forwarder_state::on_send_waiting() {
  is_sending_ = false;
  auto next = backlogs_.upper_bound(sent_last_to_);
  for (std::size_t seen = 0; seen < backlogs_.size(); ++seen, ++next) {
    if (next == backlogs_.end())
      next = backlogs_.begin();
    if (next->second.waiting.empty())
      continue;
    sent_last_to_ = next->first;
    send_some(next->second);
    break;
  }
  send_soon();
}

void forwarder_state::send_some(backlog& behind) {
  for (auto left = behind.at_once; left > 0; --left) {
    const bool is_slow = behind.under_way >= most_unanswered * behind.at_once;
    // A few that take long hold nobody up for ever.
    if (behind.waiting.empty() || (is_slow && clock::now() < behind.sent + longest_wait))
      return;
    behind.sent = clock::now();
    auto number = behind.waiting.front();
    behind.waiting.pop_front();
    // It may have been answered meanwhile, late, by whoever had it before.
    auto one = pending_.find(number);
    if (one != pending_.end() && one->second.at.empty())
      place(number);
  }
}

void forwarder_state::begin_to_wait(const pending& one) { ++waiting_of_[one.stream]; }

void forwarder_state::end_to_wait(const pending& one) {
  auto count = waiting_of_.find(one.stream);
  if (--count->second == 0)
    waiting_of_.erase(count);
}

void forwarder_state::begin_at(pending& one, const std::string& incarnation) {
  end_to_wait(one);
  one.at = incarnation;
  one.counts = one.has_waited;
  if (one.counts)
    ++backlogs_[incarnation].under_way;
}

void forwarder_state::leave(pending& one) {
  auto from = std::exchange(one.at, {});
  if (from.empty())
    return;
  begin_to_wait(one);
  if (std::exchange(one.counts, false))
    --backlogs_[from].under_way;
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

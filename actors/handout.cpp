#include <annals/actors/handout.hpp>

#include <algorithm>

namespace annals {

void handout::join(consumer_id consumer) { consumers_.push_back({consumer}); }

void handout::leave(consumer_id consumer) {
  for (auto& [position, one] : open_)
    if (one.owner == consumer) {
      release(one);
      waiting_.insert(position);
    }
  std::erase_if(consumers_, [&](const place& one) { return one.id == consumer; });
}

void handout::take_in(log_position position, const std::string& stream, events what) {
  read_to_ = position;
  if (!what || what->empty())
    return;
  open_.emplace(position, entry{stream, std::move(what)});
  waiting_.insert(position);
}

std::vector<handout::given> handout::give() {
  std::vector<given> now;
  std::unordered_set<std::string_view> behind;
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    auto& one = open_.at(*next);
    auto* to = behind.contains(one.stream) ? nullptr : with_room(one.stream);
    if (to == nullptr) {
      if (std::ranges::all_of(consumers_, [&](const place& each) { return each.has >= window_; }))
        break;
      behind.insert(one.stream);
      ++next;
      continue;
    }
    one.owner = to->id;
    ++to->has;
    auto& held = holds_[one.stream];
    held.owner = to->id;
    ++held.count;
    now.push_back({to->id, *next, one.what});
    next = waiting_.erase(next);
  }
  return now;
}

void handout::acknowledge(consumer_id consumer, log_position position) {
  auto found = open_.find(position);
  if (found == open_.end() || found->second.owner != consumer || consumer == 0)
    return;
  release(found->second);
  open_.erase(found);
}

log_position handout::acknowledged() const noexcept {
  return open_.empty() ? read_to_ : open_.begin()->first - 1;
}

handout::place* handout::find(consumer_id consumer) {
  auto found = std::ranges::find(consumers_, consumer, &place::id);
  return found == consumers_.end() ? nullptr : &*found;
}

handout::place* handout::with_room(const std::string& stream) {
  if (consumers_.empty())
    return nullptr;
  auto held = holds_.find(stream);
  auto* best = held != holds_.end() ? find(held->second.owner)
               : one_active_        ? &consumers_.front()
                                    : &*std::ranges::min_element(consumers_, {}, &place::has);
  return best != nullptr && best->has < window_ ? best : nullptr;
}

void handout::release(entry& of) {
  if (auto* owner = find(of.owner))
    --owner->has;
  of.owner = 0;
  auto held = holds_.find(of.stream);
  if (held != holds_.end() && --held->second.count == 0)
    holds_.erase(held);
}

} // namespace annals

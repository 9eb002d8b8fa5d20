#include <annals/actors/handout.hpp>

#include <annals/messages/stable_hash.hpp>

#include <algorithm>

namespace annals {

void handout::join(consumer_id consumer) { consumers_.push_back({consumer}); }

void handout::leave(consumer_id consumer) {
  for (auto& [position, one] : open_)
    if (one.owner == consumer) {
      release(one);
      if (!parts_.at(one.part).is_closed)
        waiting_.insert(position);
    }
  std::erase_if(consumers_, [&](const place& one) { return one.id == consumer; });
}

void handout::begin(part_id part, log_position behind) {
  end(part);
  parts_[part].read_to = behind;
}

void handout::close(part_id part) {
  auto found = parts_.find(part);
  if (found == parts_.end())
    return;
  found->second.is_closed = true;
  for (auto position : found->second.open)
    waiting_.erase(position);
}

void handout::end(part_id part) {
  auto found = parts_.find(part);
  if (found == parts_.end())
    return;
  for (auto position : found->second.open) {
    auto& one = open_.at(position);
    if (one.owner != 0)
      release(one);
    open_.erase(position);
    waiting_.erase(position);
  }
  parts_.erase(found);
}

std::optional<handout::part_id> handout::wants(log_position position,
                                               std::string_view stream) const {
  auto part = part_of_stream(stream, partitions_);
  auto found = parts_.find(part);
  if (found == parts_.end() || found->second.is_closed || position <= found->second.read_to)
    return std::nullopt;
  return part;
}

void handout::take_in(part_id part, log_position position, const std::string& stream, events what) {
  if (!what || what->empty())
    return;
  parts_.at(part).open.insert(position);
  open_.emplace(position, entry{part, stream, std::move(what)});
  waiting_.insert(position);
}

void handout::has_read(log_position position) {
  for (auto& [id, part] : parts_)
    if (!part.is_closed)
      part.read_to = std::max(part.read_to, position);
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
    ++parts_.at(one.part).given;
    auto& held = holds_[one.stream];
    held.owner = to->id;
    ++held.count;
    now.push_back({to->id, one.part, *next, one.what});
    next = waiting_.erase(next);
  }
  return now;
}

void handout::acknowledge(consumer_id consumer, log_position position) {
  auto found = open_.find(position);
  if (found == open_.end() || found->second.owner != consumer || consumer == 0)
    return;
  release(found->second);
  parts_.at(found->second.part).open.erase(position);
  open_.erase(found);
}

std::optional<log_position> handout::read_to() const noexcept {
  std::optional<log_position> least;
  for (const auto& [id, part] : parts_)
    if (!part.is_closed && (!least || part.read_to < *least))
      least = part.read_to;
  return least;
}

log_position handout::acknowledged(part_id part) const {
  const auto& one = parts_.at(part);
  return one.open.empty() ? one.read_to : *one.open.begin() - 1;
}

std::size_t handout::in_flight() const noexcept {
  std::size_t count = 0;
  for (const auto& [id, part] : parts_)
    count += part.given;
  return count;
}

std::size_t handout::in_flight(part_id part) const {
  auto found = parts_.find(part);
  return found == parts_.end() ? 0 : found->second.given;
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
  --parts_.at(of.part).given;
  auto held = holds_.find(of.stream);
  if (held != holds_.end() && --held->second.count == 0)
    holds_.erase(held);
}

} // namespace annals

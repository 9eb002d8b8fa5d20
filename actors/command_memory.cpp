#include <annals/actors/command_memory.hpp>

#include <boost/container_hash/hash.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace annals {

namespace {

// How far from the end a new id may belong: as many commands as overtake each other on their way.
constexpr std::ptrdiff_t farthest = 64;

bool precedes(const uuid& known, const uuid& id) {
  return std::memcmp(known.data, id.data, sizeof id.data) < 0;
}

bool is_before(const command_memory::entry& known, const uuid& id) {
  return precedes(known.id, id);
}

} // namespace

std::size_t command_memory::hash::operator()(const uuid& id) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, id.data, sizeof halves);
  return boost::hash_value(halves[0] ^ (halves[1] * 0x9e37'79b9'7f4a'7c15ULL));
}

// Where the id is or belongs among the sorted, from the end in steps that double.
std::vector<command_memory::entry>::iterator command_memory::place_of(const uuid& id) {
  auto last = entries_.end();
  if (last == entries_.begin() || precedes(newest_, id))
    return last;
  for (std::ptrdiff_t step = 1; last != entries_.begin(); step *= 2) {
    auto first = last - std::min(step, last - entries_.begin());
    if (is_before(*first, id))
      return std::lower_bound(first + 1, last, id, is_before);
    last = first;
  }
  return last;
}

command_memory::entry* command_memory::find(const uuid& id) {
  if (index_) {
    auto found = index_->find(id);
    return found == index_->end() ? nullptr : &entries_[found->second];
  }
  auto found = place_of(id);
  return found == entries_.end() || found->id != id ? nullptr : &*found;
}

void command_memory::add(const entry& command) {
  if (!index_) {
    auto place = place_of(command.id);
    if (entries_.size() < capacity_ && entries_.end() - place <= farthest) {
      if (place == entries_.end())
        newest_ = command.id;
      entries_.insert(place, command);
      return;
    }
    index_all();
  }
  add_to_ring(command);
}

void command_memory::add_to_ring(const entry& command) {
  if (entries_.size() < capacity_) {
    entries_.push_back(command);
    index_->emplace(command.id, static_cast<std::uint32_t>(entries_.size() - 1));
    return;
  }
  auto& place = entries_[oldest_];
  index_->erase(place.id);
  index_->emplace(command.id, static_cast<std::uint32_t>(oldest_));
  place = command;
  oldest_ = (oldest_ + 1) % capacity_;
}

void command_memory::add_older(std::vector<entry> older) {
  auto newer = std::exchange(entries_, {});
  if (!index_)
    std::ranges::stable_sort(newer, {}, &entry::version);
  else
    std::ranges::rotate(newer, newer.begin() + static_cast<std::ptrdiff_t>(oldest_));
  clear();
  for (auto* part : {&older, &newer})
    for (auto& one : *part)
      if (auto* known = find(one.id); known == nullptr)
        add(one);
      else if (one.events >= known->events)
        *known = std::move(one);
}

void command_memory::clear() {
  entries_.clear();
  index_.reset();
  oldest_ = 0;
}

void command_memory::index_all() {
  std::ranges::stable_sort(entries_, {}, &entry::version);
  index_ = std::make_unique<boost::unordered_flat_map<uuid, std::uint32_t, hash>>();
  for (std::size_t i = 0; i < entries_.size(); ++i)
    index_->emplace(entries_[i].id, static_cast<std::uint32_t>(i));
}

} // namespace annals

#include <annals/actors/command_memory.hpp>

#include <algorithm>
#include <cstring>

namespace annals {

std::size_t command_memory::hash::operator()(const uuid& id) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, id.data, sizeof halves);
  return boost::hash_value(halves[0] ^ (halves[1] * 0x9e37'79b9'7f4a'7c15ULL));
}

command_memory::entry* command_memory::find(const uuid& id) {
  if (index_) {
    auto found = index_->find(id);
    return found == index_->end() ? nullptr : &entries_[found->second];
  }
  auto found = std::find_if(entries_.begin(), entries_.end(),
                            [&](const entry& known) { return known.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

void command_memory::remember(const entry& command) {
  if (auto known = find(command.id)) {
    *known = command;
    return;
  }
  add(command);
}

void command_memory::add(const entry& command) {
  if (entries_.size() < capacity_) {
    entries_.push_back(command);
    if (index_)
      index_->emplace(command.id, static_cast<std::uint32_t>(entries_.size() - 1));
    else if (entries_.size() > unindexed)
      index_all();
    return;
  }
  auto& place = entries_[oldest_];
  if (index_) {
    index_->erase(place.id);
    index_->emplace(command.id, static_cast<std::uint32_t>(oldest_));
  }
  place = command;
  oldest_ = (oldest_ + 1) % capacity_;
}

void command_memory::clear() {
  entries_.clear();
  index_.reset();
  oldest_ = 0;
}

void command_memory::index_all() {
  index_ = std::make_unique<boost::unordered_flat_map<uuid, std::uint32_t, hash>>();
  for (std::size_t i = 0; i < entries_.size(); ++i)
    index_->emplace(entries_[i].id, static_cast<std::uint32_t>(i));
}

} // namespace annals

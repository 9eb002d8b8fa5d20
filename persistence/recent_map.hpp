#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>

namespace annals {

/// A map that forgets what has not been used for long: it holds between `generation` and twice as
/// many entries once it is full. A find or a put costs one or two look-ups and no list.
template <class Key, class Value, class Hash = std::hash<Key>>
class recent_map {
public:
  explicit recent_map(std::size_t generation) : generation_{generation} {}

  /// The value, or null. Holds until the next call.
  template <class AnyKey>
  Value* find(const AnyKey& key) {
    if (auto found = young_.find(key); found != young_.end())
      return &found->second;
    auto found = old_.find(key);
    if (found == old_.end())
      return nullptr;
    auto node = old_.extract(found);
    make_room();
    return &young_.insert(std::move(node)).position->second;
  }

  /// Adds a key that is not there. The reference holds until the next call.
  Value& put(Key key, Value value) {
    make_room();
    return young_.insert_or_assign(std::move(key), std::move(value)).first->second;
  }

  void clear() noexcept {
    young_.clear();
    old_.clear();
  }

  std::size_t size() const noexcept { return young_.size() + old_.size(); }

private:
  void make_room() {
    if (young_.size() < generation_)
      return;
    old_ = std::move(young_);
    young_.clear();
  }

  using map = std::unordered_map<Key, Value, Hash, std::equal_to<>>;
  std::size_t generation_;
  map young_;
  map old_;
};

} // namespace annals

#include <annals/persistence/memory/memory_log.hpp>

namespace annals::memory {

void memory_log::take_over(std::span<const command_outcome> outcomes,
                           std::span<const held_value> values) {
  std::lock_guard lock{mutex_};
  for (const auto& outcome : outcomes)
    if (!outcomes_.has(outcome))
      note(outcome);
  for (const auto& value : values) {
    if (value.stream.empty())
      reserved_[value.set].erase(value.value);
    else
      reserved_[value.set].insert_or_assign(value.value, value.stream);
  }
}

outcome_page memory_log::list_outcomes(std::uint64_t from, std::size_t limit) const {
  std::lock_guard lock{mutex_};
  return outcomes_.list(from, limit);
}

std::vector<held_value> memory_log::list_values(const held_value& after, std::size_t limit) const {
  std::lock_guard lock{mutex_};
  std::vector<held_value> found;
  for (auto set = reserved_.lower_bound(after.set); set != reserved_.end(); ++set) {
    const auto& [name, values] = *set;
    auto held = name == after.set ? values.upper_bound(after.value) : values.begin();
    for (; held != values.end(); ++held) {
      if (found.size() >= limit)
        return found;
      found.push_back({name, held->first, held->second});
    }
  }
  return found;
}

} // namespace annals::memory

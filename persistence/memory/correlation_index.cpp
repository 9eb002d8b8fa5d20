#include <annals/persistence/memory/correlation_index.hpp>

#include <algorithm>

namespace annals::memory {

std::vector<log_position> correlation_index::find(const uuid& id, log_position after,
                                                  std::size_t limit) {
  std::lock_guard lock{mutex_};
  catch_up();
  auto found = positions_.find(id);
  if (found == positions_.end())
    return {};
  const auto& all = found->second;
  auto first = std::upper_bound(all.begin(), all.end(), after);
  auto count = std::min(limit, static_cast<std::size_t>(all.end() - first));
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

void correlation_index::catch_up() {
  for (auto end = log_.size(); taken_in_ < end; ++taken_in_) {
    const auto& id = log_[taken_in_].correlation_id();
    if (!id.is_nil())
      positions_[id].push_back(taken_in_ + 1);
  }
}

} // namespace annals::memory

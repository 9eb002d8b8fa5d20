#include <annals/actors/rebuild_board.hpp>

namespace annals {

result<void> rebuild_board::begin(const std::string& projection, rebuild_parts parts,
                                  rebuild_settings how) {
  bury();
  std::lock_guard guard{mutex_};
  if (stopped_)
    return failure{errc::stopping, "the node has stopped"};
  if (auto found = rebuilds_.find(projection);
      found != rebuilds_.end() && !found->second->is_over())
    return failure{errc::invalid_argument,
                   "the projection " + projection + " is being rebuilt; wait for it, or cancel it"};
  auto begun = rebuild::begin(std::move(parts), how);
  if (!begun)
    return begun.error();
  rebuilds_[projection] = std::move(*begun);
  return {};
}

result<void> rebuild_board::go_on(const std::string& projection, rebuild_parts parts) {
  bury();
  std::lock_guard guard{mutex_};
  if (stopped_)
    return {};
  auto begun = rebuild::go_on(std::move(parts));
  if (!begun)
    return begun.error();
  if (*begun)
    rebuilds_[projection] = std::move(*begun);
  return {};
}

std::shared_ptr<rebuild> rebuild_board::find(const std::string& projection) const {
  std::lock_guard guard{mutex_};
  auto found = rebuilds_.find(projection);
  return found == rebuilds_.end() ? nullptr : found->second;
}

void rebuild_board::leave(const std::string& projection) {
  std::lock_guard guard{mutex_};
  auto found = rebuilds_.find(projection);
  if (found == rebuilds_.end() || found->second->is_over())
    return;
  found->second->end();
  left_.push_back(std::move(found->second));
  rebuilds_.erase(found);
}

// Not under the lock: what ends may still wait for its projector.
void rebuild_board::bury() {
  std::unique_lock lock{mutex_};
  auto left = std::exchange(left_, {});
  lock.unlock();
  for (const auto& each : left)
    each->stop();
}

void rebuild_board::stop() {
  std::unique_lock lock{mutex_};
  stopped_ = true;
  auto all = rebuilds_;
  lock.unlock();
  for (const auto& [projection, each] : all)
    each->end();
  for (const auto& [projection, each] : all)
    each->stop();
  bury();
}

} // namespace annals

#include <annals/actors/projector_desk.hpp>

#include <utility>

namespace annals {

void projector_desk::open(std::function<void()> wake) {
  std::lock_guard guard{mutex_};
  wake_ = std::move(wake);
  if (!orders_.empty())
    wake_();
}

void projector_desk::put(order next) {
  std::unique_lock lock{mutex_};
  if (closed_) {
    lock.unlock();
    return next(nullptr);
  }
  orders_.push_back(std::move(next));
  if (wake_)
    wake_();
}

void projector_desk::serve(projector_orders& projector) {
  for (;;) {
    std::unique_lock lock{mutex_};
    if (orders_.empty())
      return;
    auto next = std::move(orders_.front());
    orders_.pop_front();
    lock.unlock();
    next(&projector);
  }
}

void projector_desk::close() {
  std::unique_lock lock{mutex_};
  closed_ = true;
  wake_ = nullptr;
  auto left = std::exchange(orders_, {});
  lock.unlock();
  for (auto& each : left)
    each(nullptr);
}

failure projector_desk::has_ended() {
  return {errc::stopping, "the node is stopping; its projections go on after the restart"};
}

} // namespace annals

#include <annals/actors/target_board.hpp>

namespace annals {

log_position target_board::position() const {
  std::lock_guard guard{mutex_};
  return position_;
}

std::optional<failure> target_board::stopped() const {
  std::lock_guard guard{mutex_};
  return stopped_;
}

result<void> target_board::wait_for(log_position position,
                                    std::chrono::milliseconds timeout) const {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, timeout, [&] { return position_ >= position || stopped_; });
  if (position_ >= position)
    return {};
  if (stopped_)
    return *stopped_;
  return failure{errc::timed_out, "the target " + name_ + " is at position "
                                      + std::to_string(position_) + " and has not reached "
                                      + std::to_string(position)
                                      + " in time; what was stored stays"};
}

void target_board::reached(log_position position) {
  std::lock_guard guard{mutex_};
  position_ = position;
  changed_.notify_all();
}

std::vector<parked_event> target_board::parked() const {
  std::lock_guard guard{mutex_};
  return parked_;
}

bool target_board::is_paused() const {
  std::lock_guard guard{mutex_};
  return paused_;
}

void target_board::has(std::vector<parked_event> parked, bool paused) {
  std::lock_guard guard{mutex_};
  parked_ = std::move(parked);
  paused_ = paused;
}

void target_board::go_on() {
  std::lock_guard guard{mutex_};
  stopped_.reset();
}

void target_board::stop(failure why) {
  std::lock_guard guard{mutex_};
  if (!stopped_)
    stopped_ = std::move(why);
  changed_.notify_all();
}

} // namespace annals

#include "in_flight.hpp"

#include <utility>

namespace loans {

namespace {

constexpr std::size_t rejections_kept = 10;

} // namespace

in_flight::in_flight(std::size_t most) : most_{most} {}

bool in_flight::wait_for_room(std::chrono::milliseconds timeout) {
  {
    std::lock_guard lock{mutex_};
    if (now_ < most_)
      return true;
  }
  // Not at once: a sender that is woken up for each reply does little else than wake up.
  return wait_until_at_most(most_ - 1 - most_ / 4, timeout);
}

bool in_flight::wait_for_all(std::chrono::milliseconds timeout) {
  return wait_until_at_most(0, timeout);
}

bool in_flight::wait_until_at_most(std::size_t few, std::chrono::milliseconds timeout) {
  std::unique_lock lock{mutex_};
  wake_at_ = few;
  return fewer_.wait_for(lock, timeout, [&] { return now_ <= few; });
}

void in_flight::sent() {
  std::lock_guard lock{mutex_};
  ++now_;
}

void in_flight::replied(std::uint64_t line, const annals::reply& reply) {
  std::lock_guard lock{mutex_};
  count(line, reply);
  // Under the lock: once the sender knows that nothing is in flight, this object may be gone.
  if (--now_ == wake_at_)
    fewer_.notify_one();
}

void in_flight::count(std::uint64_t line, const annals::reply& reply) {
  if (reply) {
    ++(reply->repeated ? tally_.repeated : tally_.accepted);
    acknowledged_.push_back(line);
  } else if (reply.error().code == annals::errc::rejected) {
    ++tally_.rejected;
    tally_.rejections.emplace(line, reply.error().message);
    if (tally_.rejections.size() > rejections_kept)
      tally_.rejections.erase(std::prev(tally_.rejections.end()));
  } else if (!tally_.failed || line < tally_.failed->first) {
    tally_.failed.emplace(line, reply.error());
  }
}

std::vector<std::uint64_t> in_flight::take_acknowledged() {
  std::lock_guard lock{mutex_};
  return std::exchange(acknowledged_, {});
}

bool in_flight::failed() const {
  std::lock_guard lock{mutex_};
  return tally_.failed.has_value();
}

loans::tally in_flight::tally() const {
  std::lock_guard lock{mutex_};
  return tally_;
}

} // namespace loans

#include <annals/persistence/testing/faults.hpp>

#include <utility>

namespace annals::testing {

void faults::fail_appends(failure why, std::size_t count) {
  std::lock_guard guard{mutex_};
  fail_ = {std::move(why), count};
}

void faults::lose_answers(std::size_t count, failure why) {
  std::lock_guard guard{mutex_};
  lose_ = {std::move(why), count};
}

void faults::slow_appends(std::chrono::milliseconds length) {
  std::lock_guard guard{mutex_};
  delay_ = length;
}

void faults::at_random(std::uint64_t seed, double fail, double lose) {
  std::lock_guard guard{mutex_};
  random_.seed(seed);
  fail_share_ = fail;
  lose_share_ = lose;
}

void faults::heal() {
  std::lock_guard guard{mutex_};
  fail_.left = 0;
  lose_.left = 0;
  delay_ = {};
  fail_share_ = 0;
  lose_share_ = 0;
}

faults::tally faults::counts() const {
  std::lock_guard guard{mutex_};
  return counts_;
}

failure faults::no_answer() {
  return {errc::store_unavailable, "the test broke the connection to the store"};
}

faults::step faults::next() {
  std::lock_guard guard{mutex_};
  auto now = choose();
  now.delay = delay_;
  ++counts_.appends;
  counts_.failed += now.what == effect::fail ? 1 : 0;
  counts_.lost += now.what == effect::lose ? 1 : 0;
  return now;
}

faults::step faults::choose() {
  if (fail_.left > 0) {
    --fail_.left;
    return {effect::fail, fail_.why};
  }
  if (lose_.left > 0) {
    --lose_.left;
    return {effect::lose, lose_.why};
  }
  if (fail_share_ <= 0 && lose_share_ <= 0)
    return {};
  // Drawn in the same order whatever comes of it, so that a seed means the same each time. Not a
  // std distribution: each standard library has its own.
  auto draw = [this] { return static_cast<double>(random_() >> 11U) * 0x1p-53; };
  bool fails = draw() < fail_share_;
  bool loses = draw() < lose_share_;
  if (fails)
    return {effect::fail, no_answer()};
  return loses ? step{effect::lose, no_answer()} : step{};
}

} // namespace annals::testing

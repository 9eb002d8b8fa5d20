#pragma once

#include <annals/messages/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>

namespace annals::testing {

/// What goes wrong with the appends of a store in a test, and what has gone wrong so far. Nothing
/// does until the test asks for it. An append here is one call of `event_store::append`, which may
/// be a group of many commands. Faults may be changed while the store is used; any thread; never
/// blocks.
class faults {
public:
  /// The next `count` appends store nothing and fail with `why`: a disk that is full, a lock that
  /// another writer holds.
  void fail_appends(failure why, std::size_t count = 1);

  /// The next `count` appends store what they are given and answer with `why` all the same, as
  /// where a connection breaks after the commit.
  void lose_answers(std::size_t count = 1, failure why = no_answer());

  /// Each append from now on takes `length` longer; 0 for no delay.
  void slow_appends(std::chrono::milliseconds length);

  /// From now on an append fails with the probability `fail`, or else loses its answer with the
  /// probability `lose`, 0 to 1 each. The same seed gives the same sequence of faults for the same
  /// sequence of appends.
  void at_random(std::uint64_t seed, double fail, double lose);

  /// From now on nothing goes wrong. What was counted stays.
  void heal();

  /// How many appends there were, how many of them failed, and how many lost their answer.
  struct tally {
    std::size_t appends = 0;
    std::size_t failed = 0;
    std::size_t lost = 0;

    bool operator==(const tally&) const = default;
  };
  tally counts() const;

  /// `store_unavailable`, saying that the test broke the connection.
  static failure no_answer();

private:
  friend class faulty_store;

  enum class effect { none, fail, lose };
  struct step {
    effect what = effect::none;
    failure why{};
    std::chrono::milliseconds delay{0};
  };
  /// What happens to the append that begins now.
  step next();
  step choose();

  struct planned {
    failure why;
    std::size_t left = 0;
  };

  mutable std::mutex mutex_;
  planned fail_{};
  planned lose_{};
  std::chrono::milliseconds delay_{0};
  std::mt19937_64 random_;
  double fail_share_ = 0;
  double lose_share_ = 0;
  tally counts_;
};

} // namespace annals::testing

#pragma once

#include "application.hpp"

namespace loans {

/// How long some applications took from submission to outcome.
struct spread {
  std::uint64_t count = 0;
  std::chrono::microseconds sum{0};
  std::chrono::microseconds shortest{0};
  std::chrono::microseconds longest{0};
  /// How many took 0 to 1 day, 1 to 2 days, …, by the whole days that are over.
  std::map<std::int64_t, std::uint64_t> by_days;
};
BOOST_DESCRIBE_STRUCT(spread, (), (count, sum, shortest, longest, by_days))

/// The read model of the time from submission to outcome.
struct durations {
  static constexpr annals::projection_name name{"loans.durations"};
  std::map<outcome, spread> by_outcome;
  /// When the applications that have no outcome yet were submitted, by their ids.
  std::map<std::string, annals::timestamp> undecided;
};
BOOST_DESCRIBE_STRUCT(durations, (), (by_outcome, undecided))

void project(durations& model, const annals::recorded<application_submitted>& event);
void project(durations& model, const annals::recorded<application_decided>& event);

} // namespace loans

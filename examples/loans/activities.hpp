#pragma once

#include "application.hpp"

namespace loans {

/// The read model of what was done on each day (UTC): how often the log has each of its names.
struct activities {
  static constexpr annals::projection_name name{"loans.activities"};
  std::map<std::chrono::sys_days, std::map<std::string, std::uint64_t>> by_day;
};
BOOST_DESCRIBE_STRUCT(activities, (), (by_day))

void project(activities& model, const annals::recorded<application_submitted>& event);
void project(activities& model, const annals::recorded<application_advanced>& event);
void project(activities& model, const annals::recorded<application_decided>& event);
void project(activities& model, const annals::recorded<offer_advanced>& event);
void project(activities& model, const annals::recorded<work_advanced>& event);

} // namespace loans

#pragma once

#include "application.hpp"

namespace loans {

/// How many offers have had each step.
struct offer_totals {
  std::uint64_t selected = 0;
  std::uint64_t created = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_back = 0;
  std::uint64_t accepted = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t declined = 0;

  bool operator==(const offer_totals&) const = default;
};
BOOST_DESCRIBE_STRUCT(offer_totals, (),
                      (selected, created, sent, sent_back, accepted, cancelled, declined))

/// The read model of how the applications ended.
struct outcomes {
  static constexpr annals::projection_name name{"loans.outcomes"};
  std::uint64_t events = 0;
  std::uint64_t applications = 0;
  std::uint64_t approved = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t declined = 0;
  std::uint64_t undecided = 0;
  std::uint64_t registered = 0;
  std::uint64_t activated = 0;
  offer_totals offers;

  bool operator==(const outcomes&) const = default;
};
BOOST_DESCRIBE_STRUCT(outcomes, (),
                      (events, applications, approved, cancelled, declined, undecided, registered,
                       activated, offers))

void project(outcomes& model, const annals::recorded<application_submitted>& event);
void project(outcomes& model, const annals::recorded<application_advanced>& event);
void project(outcomes& model, const annals::recorded<application_decided>& event);
void project(outcomes& model, const annals::recorded<offer_advanced>& event);
void project(outcomes& model, const annals::recorded<work_advanced>& event);

} // namespace loans

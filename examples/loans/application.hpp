#pragma once

#include "activity.hpp"

#include <annals/domain.hpp>

#include <set>

namespace loans {

/// A row of the bank's log.
struct record_activity {
  static constexpr annals::command_name name{"record_activity"};
  /// Which activity of its application this is, from 1: an application's history has no gaps.
  std::uint32_t sequence = 0;
  /// When it happened at the bank.
  annals::timestamp time{};
  /// As the log names them: "W_Afhandelen leads", "START".
  std::string activity;
  std::string transition;
  /// Who did it; may be empty.
  std::string resource;
  /// What the customer asked for, in whole euros; the same on every row of an application.
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(record_activity, (), (sequence, time, activity, transition, resource, amount))

struct application_submitted {
  static constexpr annals::event_name name{"loans.application_submitted"};
  annals::timestamp time{};
  std::string resource;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(application_submitted, (), (time, resource, amount))

struct application_advanced {
  static constexpr annals::event_name name{"loans.application_advanced"};
  annals::timestamp time{};
  std::string resource;
  loans::stage stage{};
};
BOOST_DESCRIBE_STRUCT(application_advanced, (), (time, resource, stage))

struct application_decided {
  static constexpr annals::event_name name{"loans.application_decided"};
  annals::timestamp time{};
  std::string resource;
  loans::outcome outcome{};
};
BOOST_DESCRIBE_STRUCT(application_decided, (), (time, resource, outcome))

struct offer_advanced {
  static constexpr annals::event_name name{"loans.offer_advanced"};
  annals::timestamp time{};
  std::string resource;
  offer_step step{};
};
BOOST_DESCRIBE_STRUCT(offer_advanced, (), (time, resource, step))

struct work_advanced {
  static constexpr annals::event_name name{"loans.work_advanced"};
  annals::timestamp time{};
  std::string resource;
  loans::work work{};
  loans::transition transition{};
};
BOOST_DESCRIBE_STRUCT(work_advanced, (), (time, resource, work, transition))

/// How many offers of an application have come how far.
struct offer_counts {
  std::uint32_t selected = 0;
  std::uint32_t created = 0;
  std::uint32_t sent = 0;
  std::uint32_t sent_back = 0;
  std::uint32_t accepted = 0;
  /// Accepted, cancelled or declined.
  std::uint32_t closed = 0;
};
BOOST_DESCRIBE_STRUCT(offer_counts, (), (selected, created, sent, sent_back, accepted, closed))

/// One application for a loan.
struct application {
  static constexpr annals::aggregate_name name{"loans.application"};
  using commands = annals::commands<record_activity>;
  using events = annals::events<application_submitted, application_advanced, application_decided,
                                offer_advanced, work_advanced>;
  /// How many activities it has had.
  std::uint32_t activities = 0;
  annals::timestamp last_time{};
  std::int64_t amount = 0;
  std::set<stage> stages;
  std::optional<loans::outcome> outcome;
  offer_counts offers;
  std::set<work> scheduled;
};
BOOST_DESCRIBE_STRUCT(application, (),
                      (activities, last_time, amount, stages, outcome, offers, scheduled))

using recorded_activity = annals::decision<application_submitted, application_advanced,
                                           application_decided, offer_advanced, work_advanced>;

recorded_activity decide(const application& self, const record_activity& cmd);

application evolve(application self, const application_submitted& event);
application evolve(application self, const application_advanced& event);
application evolve(application self, const application_decided& event);
application evolve(application self, const offer_advanced& event);
application evolve(application self, const work_advanced& event);

} // namespace loans

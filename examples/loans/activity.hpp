#pragma once

#include <boost/describe.hpp>

#include <optional>
#include <string_view>
#include <variant>

/// What happens to an application for a loan, in English, and the names that the bank's log has
/// for it (A_… for the application, O_… for an offer, W_… for work, in Dutch).

namespace loans {

/// A step of the application itself.
enum class stage {
  submitted,
  partly_submitted,
  preaccepted,
  accepted,
  finalized,
  registered,
  activated
};
BOOST_DESCRIBE_ENUM(stage, submitted, partly_submitted, preaccepted, accepted, finalized,
                    registered, activated)

/// How an application ends.
enum class outcome { approved, cancelled, declined };
BOOST_DESCRIBE_ENUM(outcome, approved, cancelled, declined)

/// A step of an offer. An offer begins when the customer is selected for one.
enum class offer_step { selected, created, sent, sent_back, accepted, cancelled, declined };
BOOST_DESCRIBE_ENUM(offer_step, selected, created, sent, sent_back, accepted, cancelled, declined)

/// A piece of work of the bank's people.
enum class work {
  handle_leads,
  complete_application,
  call_after_offers,
  call_for_missing_files,
  validate_application,
  assess_fraud,
  change_contract
};
BOOST_DESCRIBE_ENUM(work, handle_leads, complete_application, call_after_offers,
                    call_for_missing_files, validate_application, assess_fraud, change_contract)

/// What happens to a piece of work. Stages, outcomes and offer steps only complete.
enum class transition { schedule, start, complete };
BOOST_DESCRIBE_ENUM(transition, schedule, start, complete)

using activity = std::variant<stage, outcome, offer_step, work>;

/// The activity or transition that the log's name stands for; nothing for an unknown name.
std::optional<activity> find_activity(std::string_view log_name);
std::optional<transition> find_transition(std::string_view log_name);

/// The name that the bank's log has: "A_SUBMITTED".
std::string_view log_name(activity which);

} // namespace loans

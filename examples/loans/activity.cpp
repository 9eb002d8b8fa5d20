#include "activity.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace loans {

namespace {

constexpr std::array<std::pair<std::string_view, activity>, 24> activities{{
    {"A_SUBMITTED", stage::submitted},
    {"A_PARTLYSUBMITTED", stage::partly_submitted},
    {"A_PREACCEPTED", stage::preaccepted},
    {"A_ACCEPTED", stage::accepted},
    {"A_FINALIZED", stage::finalized},
    {"A_REGISTERED", stage::registered},
    {"A_ACTIVATED", stage::activated},
    {"A_APPROVED", outcome::approved},
    {"A_CANCELLED", outcome::cancelled},
    {"A_DECLINED", outcome::declined},
    {"O_SELECTED", offer_step::selected},
    {"O_CREATED", offer_step::created},
    {"O_SENT", offer_step::sent},
    {"O_SENT_BACK", offer_step::sent_back},
    {"O_ACCEPTED", offer_step::accepted},
    {"O_CANCELLED", offer_step::cancelled},
    {"O_DECLINED", offer_step::declined},
    {"W_Afhandelen leads", work::handle_leads},
    {"W_Completeren aanvraag", work::complete_application},
    {"W_Nabellen offertes", work::call_after_offers},
    {"W_Nabellen incomplete dossiers", work::call_for_missing_files},
    {"W_Valideren aanvraag", work::validate_application},
    {"W_Beoordelen fraude", work::assess_fraud},
    {"W_Wijzigen contractgegevens", work::change_contract},
}};

} // namespace

std::optional<activity> find_activity(std::string_view log_name) {
  const auto* found = std::find_if(activities.begin(), activities.end(),
                                   [&](const auto& known) { return known.first == log_name; });
  if (found == activities.end())
    return std::nullopt;
  return found->second;
}

std::optional<transition> find_transition(std::string_view log_name) {
  if (log_name == "SCHEDULE")
    return transition::schedule;
  if (log_name == "START")
    return transition::start;
  if (log_name == "COMPLETE")
    return transition::complete;
  return std::nullopt;
}

std::string_view log_name(activity which) {
  const auto* found = std::find_if(activities.begin(), activities.end(),
                                   [&](const auto& known) { return known.second == which; });
  return found == activities.end() ? "?" : found->first;
}

} // namespace loans

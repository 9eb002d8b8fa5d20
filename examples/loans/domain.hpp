#pragma once

#include "activities.hpp"
#include "durations.hpp"
#include "outcomes.hpp"

#include <annals/messages/domain_list.hpp>

namespace loans {

/// One aggregate and three read models.
using domain = annals::domain<application, outcomes, activities, durations>;

} // namespace loans

#pragma once

#include "application.hpp"

namespace loans {

/// What speaks against a step, or nothing. The rules are those that all 262,200 rows of the log
/// obey.
using objection = std::optional<annals::rejection>;

objection object_to(const application& self, stage next);
objection object_to(const application& self, outcome next);
objection object_to(const application& self, offer_step next);
objection object_to(const application& self, work item, transition next);

} // namespace loans

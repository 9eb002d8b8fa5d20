#pragma once

#include "accounts.hpp"
#include "users.hpp"

#include <annals/messages/domain_list.hpp>

namespace bank {

/// Everything that the bank's programs know: one aggregate and two read models.
using domain = annals::domain<account, accounts, users>;

} // namespace bank

#pragma once

#include "accounts.hpp"
#include "transfer.hpp"
#include "users.hpp"

#include <annals/messages/domain_list.hpp>

namespace bank {

/// Everything that the bank's programs know: one aggregate, a command over two of its
/// instances, and two read models.
using domain = annals::domain<account, transfer, accounts, users>;

} // namespace bank

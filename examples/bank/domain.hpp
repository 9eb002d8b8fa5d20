#pragma once

#include "accounts.hpp"
#include "dormancy.hpp"
#include "money_transfer.hpp"
#include "transfer.hpp"
#include "users.hpp"

#include <annals/messages/domain_list.hpp>

namespace bank {

/// Everything that the bank's programs know: one aggregate, a command over two of its instances,
/// two read models, two process managers.
using domain = annals::domain<account, transfer, accounts, users, money_transfer, dormancy>;

} // namespace bank

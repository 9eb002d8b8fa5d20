#pragma once

#include <annals/actors/node.hpp>

namespace bank {

/// A customer's story on a new account of its own, so that it can run again on the same store.
/// Prints what happens and checks it. Returns 0, or 1 where something does not agree; throws
/// `annals::error` where the store or the node fails. Blocks until done.
int run_scenario(annals::node& node);

} // namespace bank

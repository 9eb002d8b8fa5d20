#pragma once

#include <annals/actors/node.hpp>
#include <annals/tools/context.hpp>

#include <functional>

namespace annals::tools {

/// Runs an application's own program on a node over the store of the options (that of the
/// application's settings where none is given), then stops the node. After SIGINT or SIGTERM the
/// node is stopped while the program goes on, so that its commands get `stopping`; a program that
/// has not returned some seconds later is ended. Blocks until all that is done.
outcome<exit_code> run_program(context& ctx, const std::function<int(node&)>& program);

} // namespace annals::tools

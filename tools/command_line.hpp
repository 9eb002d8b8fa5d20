#pragma once

#include <annals/actors/node.hpp>
#include <annals/messages/domain_list.hpp>

#include <functional>

namespace annals {

/// The whole `main` of an application: `return annals::run(annals::domain<…>{}, argc, argv);`
///
/// Gives the program the operations command line over its own domain (`ask`, `state`, `streams`,
/// `read`, `log`, `model`, `projections`, `rebuild`, `subscriptions`, `snapshots`, `export`,
/// `import`, `copy`, `verify`, `schema`, `node`, `nodes`, `where`, `drain`, `bench`; `--help` lists
/// them). `program`, where given, is what runs when the command line names no subcommand: it gets a
/// running node, and what it returns is the exit code. Returns the exit code: 0 done, 1 failed, 2
/// usage, 3 rejected, 4 not found, 5 the store cannot be used, 6 `verify` or `schema check` found
/// something, 7 nothing was done for now, 8 `projections check` found a difference, 130 or 143
/// after SIGINT or SIGTERM. Blocks until done; never throws.
int run(const registry& domain, int argc, const char* const* argv,
        std::function<int(node&)> program = {});

/// The same with settings of the application's own, for each node that the program starts, by `ask`
/// and `node` too: targets, inline projections, middleware, limits. What the command line says
/// counts before them. `config::store` is where `program` runs without --store, and
/// `config::cluster` is for `program` alone: `node` has options for it.
int run(const registry& domain, const config& settings, int argc, const char* const* argv,
        std::function<int(node&)> program = {});

} // namespace annals

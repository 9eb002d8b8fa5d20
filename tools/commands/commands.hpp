#pragma once

#include <annals/tools/subcommand.hpp>

namespace annals::tools {

// Each is defined in the file of its name.
std::unique_ptr<subcommand> make_ask();
std::unique_ptr<subcommand> make_bench();
std::unique_ptr<subcommand> make_copy();
std::unique_ptr<subcommand> make_drain();
std::unique_ptr<subcommand> make_export();
std::unique_ptr<subcommand> make_import();
std::unique_ptr<subcommand> make_log();
std::unique_ptr<subcommand> make_model();
std::unique_ptr<subcommand> make_node();
std::unique_ptr<subcommand> make_nodes(); // and where, in one file
std::unique_ptr<subcommand> make_where();
std::unique_ptr<subcommand> make_projections();
std::unique_ptr<subcommand> make_read();
std::unique_ptr<subcommand> make_rebuild();
std::unique_ptr<subcommand> make_schema();
std::unique_ptr<subcommand> make_snapshots();
std::unique_ptr<subcommand> make_state();
std::unique_ptr<subcommand> make_streams();
std::unique_ptr<subcommand> make_subscriptions();
std::unique_ptr<subcommand> make_verify();

} // namespace annals::tools

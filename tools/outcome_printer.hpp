#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/tools/context.hpp>

#include <string>

namespace annals::tools {

/// What became of a command that led to no events, as one line for a person: time, stream and
/// version, command, command id, and the code and reason. A dash stands in the column of positions.
std::string outcome_line(const command_outcome& command);

/// Prints it for a person, or as a JSON object whose members `outcome` and `commandID` no event
/// has.
outcome<> print_outcome(context& ctx, const command_outcome& command);

} // namespace annals::tools

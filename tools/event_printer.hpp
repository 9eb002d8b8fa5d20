#pragma once

#include <annals/tools/context.hpp>

#include <string>

namespace annals::tools {

/// A time for a column: always with microseconds, so that the columns stand below each other.
std::string time_column(timestamp time);

/// One event on one line for people: position, time, stream, version, type, payload.
std::string event_line(const recorded_event& event);

/// Prints an event: with `--json` its envelope, else its line. Gives `undecodable` where an
/// envelope cannot be made of what is stored, or what the output fails with.
outcome<> print_event(context& ctx, const recorded_event& event);

} // namespace annals::tools

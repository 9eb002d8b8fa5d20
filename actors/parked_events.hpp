#pragma once

#include <annals/actors/projection_notes.hpp>

#include <set>
#include <string_view>
#include <vector>

namespace annals {

// What a person may order of parked events, which are in order of position. `by_stream`: whether
// those of a stream that stand behind a parked one are parked with it (`poison::park_stream`).

/// `not_found`: "`whose`" ("the projection NAME", say) has parked no event at `position`.
failure not_parked(std::string_view whose, log_position position);

/// The event itself, and by stream all of its stream that stand behind it.
std::set<log_position> with_those_behind(const std::vector<parked_event>& parked, bool by_stream,
                                         const parked_event& first);

/// Gives `invalid_argument` where it stands behind another one.
result<void> check_first_of_stream(const std::vector<parked_event>& parked, bool by_stream,
                                   const parked_event& chosen);

} // namespace annals

#pragma once

#include <annals/actors/protocol.hpp>
#include <annals/persistence/event_store.hpp>

#include <string_view>

namespace annals {

/// The commands of a stream that `wish` names, in order of version, read from its events and its
/// outcomes. Blocks while it reads. Gives what the store fails with.
result<std::vector<command_memory::entry>> recall(event_reader& reader, std::string_view stream,
                                                  const recall_wish& wish);

/// Takes a stored event into an entry: a new one, or one more event of the same command.
void count_event(command_memory& memory, const recorded_event& event);

} // namespace annals

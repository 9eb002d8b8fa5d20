#pragma once

#include <annals/actors/protocol.hpp>
#include <annals/persistence/event_store.hpp>

#include <string_view>

namespace annals {

/// The commands that a stream had.
struct recalled_commands {
  /// The newest, in order of version.
  std::vector<command_memory::entry> newest;
  /// Those of `recall_wish::waiting` that have their outcome, however old it is.
  std::vector<command_memory::entry> answered;
};

/// The commands of a stream that `wish` names, read from its events and its outcomes. Blocks while
/// it reads. Gives what the store fails with.
result<recalled_commands> recall(event_reader& reader, std::string_view stream,
                                 const recall_wish& wish);

/// Takes a stored event into an entry: a new one, or one more event of the same command.
void count_event(command_memory& memory, const recorded_event& event);

} // namespace annals

#pragma once

#include <annals/messages/command.hpp>
#include <annals/messages/ids.hpp>

#include <string_view>

namespace annals::tests {

/// A command with an id that the test knows.
inline command_options with_id(const uuid& id) {
  command_options options;
  options.command_id = id;
  return options;
}

/// The same, by a name that the id follows from.
inline command_options with_id(std::string_view name) { return with_id(derive_id({}, name)); }

} // namespace annals::tests

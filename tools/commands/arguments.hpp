#pragma once

#include <annals/tools/exit_code.hpp>

#include <annals/messages/recorded.hpp>
#include <annals/messages/text.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

// What several subcommands take as arguments.
namespace annals::tools {

/// A position from `least` on; nothing where the text is none.
inline std::optional<log_position> parse_position(std::string_view text, log_position least) {
  log_position position = 0;
  const auto* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, position);
  if (read.ec != std::errc{} || read.ptr != end || position < least)
    return std::nullopt;
  return position;
}

/// The failure where `parse_position` gives nothing.
inline tool_failure wrong_position(std::string_view text, log_position least) {
  return tool_failure::usage("POSITION is " + annals::quoted(text) + "; it is a number from "
                             + std::to_string(least) + " on");
}

} // namespace annals::tools

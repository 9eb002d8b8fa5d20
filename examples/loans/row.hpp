#pragma once

#include "application.hpp"

#include <annals/messages/command.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loans {

/// The first line of the bank's log.
inline constexpr std::string_view header = "time,application,activity,transition,resource,amount";

/// A row of the bank's log.
struct row {
  annals::timestamp time{};
  std::string application;
  std::string activity;
  std::string transition;
  std::string resource;
  std::int64_t amount = 0;

  bool operator==(const row&) const = default;
};

/// Reads a line without its end. A field may stand in double quotes; it may then hold commas, but
/// neither quotes nor line ends. Gives `invalid_argument` naming the column that is wrong.
annals::result<row> parse_row(std::string_view line);

/// The id of the command of a row, the `sequence`-th of its application. It follows from what the
/// row says and from its place in its own application, and from nothing else: the same row has the
/// same id in a compressed file, in a longer one, or after rows of other applications were taken
/// out, and two equal rows of one application are still two.
annals::uuid command_id(const row& from, std::uint32_t sequence);

/// The command of a row. All commands of an application share a correlation id that follows from
/// the application's id.
annals::command to_command(const row& from, std::uint32_t sequence);

} // namespace loans

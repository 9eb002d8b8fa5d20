#pragma once

#include <annals/persistence/postgres/connection.hpp>

namespace annals::postgres {

/// Which parts a statement that stores rows has. What a group does not need is left out: the server
/// pays for each part, even for one that is given nothing, and at one event a commit that was half
/// of what an append cost.
struct store_shape {
  /// How the events come.
  enum class events_as { none, one, arrays };

  /// Whether the position before the group is given, or looked up when the statement runs.
  bool has_base = false;
  bool has_unchanged = false;
  bool has_absent = false;
  bool has_unanswered = false;
  bool has_fences = false;
  bool has_streams = false;
  bool has_outcomes = false;
  events_as events = events_as::none;
};

/// The statement of a shape. Its arguments are those of its parts, in the order of the members of
/// `store_shape` but for the events, which come between the streams and the outcomes. It lives as
/// long as the program; any thread.
const statement& store_statement(const store_shape& shape);

} // namespace annals::postgres

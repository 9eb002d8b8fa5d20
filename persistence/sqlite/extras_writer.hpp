#pragma once

#include <annals/persistence/answered_commands.hpp>
#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>

namespace annals::sqlite {

/// Writes what an append brings beside events: reservations and outcomes. Everything happens in the
/// caller's transaction. Throws `annals::error`.
class extras_writer {
public:
  explicit extras_writer(connection& db);

  /// Another connection has written, or a transaction was undone: what is known is looked up again.
  void refresh();

  /// The commands that have their final outcome in the stream. Costs nothing where the store has no
  /// outcomes at all.
  answered_commands answered_in(std::string_view stream);

  /// Whether the command has its final outcome in the stream.
  bool is_answered(std::string_view stream, const uuid& command_id);

  /// Whether reservations and outcomes of the request may be stored.
  result<void> check(const append_request& request);

  /// Stores them; `position` is that of the request's last event.
  void store(const append_request& request, log_position position);

  /// Stores outcomes as they are, without those that are there, and values as they are said to be.
  void take_over(std::span<const command_outcome> outcomes, std::span<const held_value> values);

  /// Forgets at most `limit` outcomes older than `before`, the oldest first; how many.
  std::uint64_t forget_outcomes(timestamp before, std::size_t limit);

private:
  void store(const command_outcome& outcome, log_position position);

  connection& db_;
  statement any_outcome_;
  statement answered_in_;
  statement final_outcome_;
  statement holder_;
  statement take_;
  statement release_;
  statement insert_outcome_;
  statement forget_;
  bool has_outcomes_ = false;
};

} // namespace annals::sqlite

#pragma once

#include <annals/persistence/inline_runner.hpp>
#include <annals/persistence/postgres/append_plan.hpp>
#include <annals/persistence/postgres/session.hpp>
#include <annals/persistence/recent_map.hpp>
#include <annals/persistence/text_hash.hpp>

namespace annals::postgres {

/// Appends, for the one store of this process. Others may write to the schema as well: all take
/// turns by a lock that lasts as long as their transaction. Throws `annals::error`.
class postgres_writer {
public:
  /// Remembers between `remembered` and twice as many streams: by default 8 to 16 MB.
  explicit postgres_writer(session& writing, std::size_t remembered = 65536);

  std::vector<append_outcome> append(std::span<const append_request> requests);
  /// `reader` sees what is committed.
  result<void> keep_inline(std::span<const inline_projection> all,
                           std::unique_ptr<event_reader> reader);

private:
  using outcome_list = std::vector<append_outcome>;

  outcome_list append_on(connection& db, std::span<const append_request> requests);
  std::optional<outcome_list> append_at_once(connection& db,
                                             std::span<const append_request> requests,
                                             const group_needs& needs);
  outcome_list append_in_turn(connection& db, std::span<const append_request> requests,
                              const group_needs& needs);
  group_state remembered_state(connection& db, const group_needs& needs);
  std::vector<rows> commit(connection& db, std::span<const call> calls, append_plan plan);
  outcome_list finish(log_position base);
  void remember(const group_state& state, log_position base);
  std::optional<outcome_list> settle(connection& db);
  // -- with inline projections (postgres_inline.cpp) --------------------------------
  outcome_list append_inline(connection& db, std::span<const append_request> requests,
                             const group_state& state, log_position base);
  result<void> take_in_inline(connection& db, std::span<const recorded_event> events);
  outcome_list scattered(outcome_list accepted);

  session& session_;
  std::int64_t lock_;
  recent_map<std::string, stream_head, text_hash> heads_;
  // A group whose commit was sent, until its answer has come.
  std::optional<append_plan> pending_;
  inline_runner inline_;
  std::unique_ptr<event_reader> inline_reader_;
  // Of the last group: all outcomes, the requests that were accepted, and their places among all.
  outcome_list inline_outcomes_;
  std::vector<append_request> inline_accepted_;
  std::vector<std::size_t> inline_at_;
};

} // namespace annals::postgres

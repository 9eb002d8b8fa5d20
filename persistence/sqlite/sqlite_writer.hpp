#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/inline_runner.hpp>
#include <annals/persistence/recent_map.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/extras_writer.hpp>
#include <annals/persistence/sqlite/model_writer.hpp>
#include <annals/persistence/sqlite/snapshot_writer.hpp>
#include <annals/persistence/sqlite/sqlite_leases.hpp>
#include <annals/persistence/sqlite/statement.hpp>
#include <annals/persistence/sqlite/stream_chain.hpp>
#include <annals/persistence/sqlite/table_session.hpp>
#include <annals/persistence/text_hash.hpp>

namespace annals::sqlite {

/// The one writer of a store in this process. Other processes may write to the file as well: each
/// transaction begins by noticing whether one has. Throws `annals::error`.
class sqlite_writer {
public:
  /// Remembers between `remembered` and twice as many streams: by default 10 to 20 MB.
  explicit sqlite_writer(connection& db, std::size_t remembered = 65536);

  std::vector<append_outcome> append(std::span<const append_request> requests);
  result<void> save(const stored_model& model);
  result<std::uint64_t> replace(const stored_model& model, std::span<const std::string> removed);
  void remove_models(std::span<const std::string> projections);
  void save(std::span<const stored_snapshot> snapshots, std::size_t keep);
  std::uint64_t drop_snapshots(std::string_view stream);
  std::uint64_t forget_outcomes(timestamp before, std::size_t limit);
  void take_over(std::span<const command_outcome> outcomes, std::span<const held_value> values);
  /// `reader` sees what is committed.
  result<void> keep_inline(std::span<const inline_projection> all,
                           std::unique_ptr<event_reader> reader);

private:
  struct known_stream : stream_head {
    answered_commands answered;
  };

  std::vector<append_outcome> append_in_transaction(std::span<const append_request> requests);
  append_outcome append_one(const append_request& request);
  result<void> take_in_inline(const append_request& request);
  result<void> catch_up_inline();
  result<void> check(const append_request& request);
  void store_extras(const append_request& request, log_position before);
  stream_version add_events(const std::string& name, const std::vector<new_event>& events);
  void insert_event(stream_head& stream, const new_event& event);
  void move_head(const stream_head& stream, log_position before);
  known_stream& look_up(const std::string& stream);
  void notice_other_writers();
  void forget() noexcept;

  connection& db_;
  statement data_version_;
  statement last_position_;
  stream_chain chain_;
  statement insert_stream_;
  statement insert_event_;
  statement insert_head_;
  statement move_head_;
  extras_writer extras_;
  snapshot_writer snapshots_;
  fence_check fences_;
  model_writer models_;
  // What is known of the file as of the last transaction, good until another connection commits.
  std::int64_t seen_data_version_ = -1;
  log_position position_ = 0;
  recent_map<std::string, known_stream, text_hash> streams_;
  inline_runner inline_;
  table_session inline_session_;
  std::unique_ptr<event_reader> inline_reader_;
};

} // namespace annals::sqlite

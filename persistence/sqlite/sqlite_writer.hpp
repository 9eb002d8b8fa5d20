#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/recent_map.hpp>
#include <annals/persistence/sqlite/statement.hpp>
#include <annals/persistence/sqlite/stream_chain.hpp>
#include <annals/persistence/text_hash.hpp>

namespace annals::sqlite {

/// The one writer of a store in this process. Other processes may write to the file as well: each
/// transaction begins by noticing whether one has. Throws `annals::error`.
class sqlite_writer {
public:
  /// Remembers between `remembered` and twice as many streams: by default 10 to 20 MB.
  explicit sqlite_writer(connection& db, std::size_t remembered = 65536);

  std::vector<append_outcome> append(std::span<const append_request> requests);
  void save(const stored_model& model);

private:
  std::vector<append_outcome> append_in_transaction(std::span<const append_request> requests);
  append_outcome append_one(const append_request& request);
  void insert_event(stream_head& stream, const new_event& event);
  void move_head(const stream_head& stream, log_position before);
  stream_head& look_up(const std::string& stream);
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
  statement save_model_;
  // What is known of the file as of the last transaction, good until another connection commits.
  std::int64_t seen_data_version_ = -1;
  log_position position_ = 0;
  recent_map<std::string, stream_head, text_hash> streams_;
};

} // namespace annals::sqlite

#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>

#include <string_view>
#include <vector>

namespace annals::sqlite {

/// Where a stream ends. All 0 for a stream that does not exist.
struct stream_head {
  std::int64_t id = 0;
  stream_version version = 0;
  log_position position = 0;
};

/// Reads streams as they are stored: the head of a stream names its last event, and each event the
/// one before it; every so many events one is indexed, so that the middle of a long stream is near
/// as well. Throws `annals::error`.
class stream_chain {
public:
  explicit stream_chain(connection& db);

  stream_head head_of(std::string_view stream);

  /// The events of `slice`, all as of one moment.
  std::vector<recorded_event> read(std::string_view stream, const stream_slice& slice);

private:
  stream_head head_from(const rows& row, std::string_view stream) const;
  log_position position_of(std::string_view stream, const stream_head& head,
                           stream_version version);
  // The last one first.
  std::vector<recorded_event> walk(std::string_view stream, std::int64_t id, log_position last,
                                   stream_version from, stream_version to);
  [[noreturn]] void broken(std::string_view stream, log_position at) const;

  connection& db_;
  statement head_;
  statement milestone_;
  statement previous_;
  statement event_;
};

} // namespace annals::sqlite

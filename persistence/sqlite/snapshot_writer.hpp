#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/persistence/sqlite/connection.hpp>
#include <annals/persistence/sqlite/statement.hpp>

namespace annals::sqlite {

/// Writes snapshots, in the caller's transaction. Throws `annals::error`.
class snapshot_writer {
public:
  explicit snapshot_writer(connection& db);

  /// Keeps the newest `keep` (1 or more) of each stream that is named.
  void save(std::span<const stored_snapshot> snapshots, std::size_t keep);

  /// Of one stream, or all where `stream` is empty; how many.
  std::uint64_t drop(std::string_view stream);

private:
  connection& db_;
  statement save_;
  statement drop_older_;
  statement drop_of_;
  statement drop_all_;
};

} // namespace annals::sqlite

#pragma once

#include <cstdint>

namespace annals::sqlite {

class connection;

/// What the header of a database file says of whose it is.
struct layout_mark {
  std::int64_t application = 0;
  std::int64_t layout = 0;
  /// Whether the database holds anything at all.
  bool empty = false;

  bool is_fresh() const noexcept { return empty && application == 0 && layout == 0; }
};

/// "Annl": the application id in the header of our files.
inline constexpr std::int64_t application_id = 0x416e6e6c;

/// The layout that this release reads and writes.
inline constexpr std::int64_t current_layout = 4;

/// Every so many events of a stream one is indexed by its version, so that the middle of a long
/// stream is found without a walk from its end.
inline constexpr std::uint64_t milestone_distance = 64;
/// The same as the condition that the index and its queries share, to the letter.
#define ANNALS_IS_MILESTONE "version % 64 = 0"

/// Of the outcomes, those of which there is one a command and stream; the condition that the index
/// and its queries share, to the letter.
#define ANNALS_IS_FINAL "final = 1"

/// Reads the mark in one view of the file. Throws `annals::error`.
layout_mark read_mark(connection& db);

/// Makes tables, index and view in one transaction, unless another process has done so since.
/// Throws `annals::error`.
void create_layout(connection& db);

/// Brings a store of an older layout to the current one, in one transaction, unless another process
/// has done so since. From layout 1 that takes as long as copying the events, from later ones an
/// instant. Throws `annals::error`.
void migrate_layout(connection& db);

} // namespace annals::sqlite

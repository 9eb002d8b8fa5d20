#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/ids.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace annals {

/// How a read model is rebuilt.
struct rebuild_settings {
  /// How many threads make it, each from a part of the streams: 1 to 64, more than 1 where the
  /// projection has a `merge`.
  std::uint32_t workers = 1;
};

/// Where a rebuild is between its begin and its end.
enum class rebuild_phase {
  /// There is none.
  none,
  /// The new model is being made, or put in place.
  running,
  /// It waits for `resume_rebuild`, also after a restart.
  paused,
  /// It cannot go on; `why` says why. `resume_rebuild` has it try again from where it was.
  failed,
  /// The new model is in place.
  done,
  /// It was given up, and nothing is left of it.
  cancelled,
};

/// How far a rebuild is.
struct rebuild_status {
  /// `none` where this node knows of no rebuild, and then all else is empty.
  rebuild_phase phase = rebuild_phase::none;
  /// How many threads make it.
  std::uint32_t workers = 0;
  /// Up to where all workers have read the log, and where it ends.
  log_position position = 0;
  log_position end = 0;
  /// Positions of the log a second since the rebuild went on in this process; 0 before it is known.
  double events_per_second = 0;
  /// The time left at that rate.
  std::optional<std::chrono::seconds> left;
  /// What it fails with, or what keeps it from going on for now.
  std::optional<failure> why;
};

} // namespace annals

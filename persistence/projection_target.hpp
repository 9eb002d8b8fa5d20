#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>

#include <cstdint>
#include <span>

namespace annals {

/// The next events of the log for a target, all of what is stored between two positions that it
/// reads.
struct target_batch {
  /// What the target has taken in before, and what it has when it has taken in this.
  log_position after = 0;
  log_position to = 0;
  /// In order of position, in the form that the domain has today; several may stand at one
  /// position, where an upcaster has made them of one. May be none.
  std::span<const recorded_event> events;
  /// Whether these are the events of one position that was set aside earlier, and is tried again:
  /// `after` and `to` are where the target is, and stay. After a kill the same may come once more,
  /// so that a target which has each event exactly once remembers the position of these.
  bool again = false;
  /// Grows each time another node takes the target over; 0 where there is only one. A target that
  /// several nodes reach can refuse what comes with a smaller one than it has seen: it is late.
  std::uint64_t token = 0;
};

/// Where a projection writes to that is no read model in memory: tables, a search index, a cache, a
/// mail server. Used by one thread at a time; may block.
class projection_target {
public:
  virtual ~projection_target() = default;

  /// The position up to which the target has taken in the log; 0 where it has nothing. Asked at the
  /// start and after each failure. Failures as of `take_in`.
  virtual result<log_position> position() = 0;

  /// Takes in a batch and remembers `to`. A target that can do both or neither, in one transaction,
  /// has each event exactly once. One that cannot must be idempotent: after a failure or a kill the
  /// same events come again, perhaps in other batches. Gives `domain_threw`, `undecodable` or
  /// `invalid_argument` for what will fail again: then the batch comes again in smaller ones, and
  /// the event that it failed at stops the projection or is parked, as its settings say. What it
  /// throws counts as `domain_threw`. Anything else is tried again later.
  virtual result<void> take_in(const target_batch& batch) = 0;
};

} // namespace annals

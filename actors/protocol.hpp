#pragma once

#include <annals/actors/command_memory.hpp>
#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>
#include <annals/persistence/event_store.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the framework's own actors say to each other, beside `command` and `receipt`.

namespace annals {

/// To the journal: events for one stream.
struct append {
  append_request request;
};

/// To the appender: what became of its one append under way.
struct append_done {
  append_outcome outcome{failure{}};
  /// The request, given back to be freed where it was made: memory that one thread takes and
  /// another gives back is what both would wait for.
  append_request spent{};
};

/// To the reader: which commands of a stream to recall.
struct recall_wish {
  /// Those of events before this version, and those without events.
  stream_version before = 1;
  /// Events not older than this, outcomes as long as they are stored; at most so many of each.
  timestamp since{};
  std::size_t limit = 0;
  /// Commands that are waiting: those whose outcome is stored are found however many newer ones
  /// there are.
  std::vector<uuid> waiting{};
};

/// To the reader: the events of a stream from version `from`, at most `limit` of them.
struct read_page {
  std::string stream;
  stream_version from = 1;
  std::size_t limit = 0;
  /// Begin at the newest snapshot, where there is one, with the event of its own version.
  bool from_snapshot = false;
  /// Recall commands as well; its `before` counts only where no snapshot was found.
  std::optional<recall_wish> recall{};
  /// Comes back with the page.
  std::uint64_t question = 0;
};

/// To who asked for a page: its events; fewer than the limit mean that the stream ends there.
struct stream_page {
  result<std::vector<recorded_event>> events{failure{}};
  /// What the events begin at, where a snapshot was asked for and found.
  std::optional<stored_snapshot> snapshot{};
  /// Why the snapshot could not be read, where there may have been one.
  std::optional<failure> snapshot_trouble{};
  /// In order of version, where they were asked for.
  std::optional<std::vector<command_memory::entry>> recalled{};
  /// Of the commands that wait, those that have their outcome, also where it is too old to be
  /// remembered beside the recalled.
  std::vector<command_memory::entry> answered{};
  std::uint64_t question = 0;
};

/// From the home of a joint command through the dispatcher to another participant, where that one
/// is live: what was stored in its stream. A hint: without it the next append there is a conflict.
struct stored_elsewhere {
  std::string aggregate;
  std::string id;
  std::vector<recorded_event> events;
};

/// To the event bus and from it to its subscribers: the log has grown up to `position`. A hint:
/// it may be lost, doubled or late.
struct log_grew {
  log_position position = 0;
};

/// To the journal: a read model with its checkpoint.
struct save_model {
  stored_model model;
};

/// To the journal: the state of an aggregate instance at a version.
struct save_snapshot {
  stored_snapshot snapshot;
};

/// To the journal: outcomes of commands before this time are remembered no longer.
struct forget_outcomes {
  timestamp before{};
};

/// To the dispatcher: let aggregates that have had nothing to do for long leave memory.
struct passivate_idle_ones {};

/// To the dispatcher: let aggregates leave memory that another node has by now, but for those that
/// have a command under way.
struct passivate_moved_ones {};

/// To an actor itself: go on with what waits.
struct go_on {};

/// To a projector itself: look whether the log has grown without a hint.
struct look_again {};

/// To a projector itself: try the event again that could not be taken in.
struct try_again {};

/// To a projector: somebody has an order for it.
struct serve_desk {};

/// To an aggregate, the dispatcher, a projector or the journal: finish what you have, then
/// answer. What comes later is refused with `stopping`.
struct finish {};

/// The answer: nothing is under way any more.
struct finished {};

} // namespace annals

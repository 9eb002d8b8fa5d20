#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/events.hpp>
#include <annals/persistence/event_store.hpp>

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

/// To the reader: the events of a stream from version `from`, at most `limit` of them.
struct read_page {
  std::string stream;
  stream_version from = 1;
  std::size_t limit = 0;
};

/// To who asked for a page: its events; fewer than the limit mean that the stream ends there.
struct stream_page {
  result<std::vector<recorded_event>> events{failure{}};
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

/// To an actor itself: go on with what waits.
struct go_on {};

/// To a projector itself: look whether the log has grown without a hint.
struct look_again {};

/// To an aggregate, the dispatcher, a projector or the journal: finish what you have, then
/// answer. What comes later is refused with `stopping`.
struct finish {};

/// The answer: nothing is under way any more.
struct finished {};

} // namespace annals

#include <annals/actors/reader.hpp>

#include <annals/actors/recall.hpp>

namespace annals {

namespace {

struct reader_state {
  static constexpr const char* name = "annals.reader";

  std::shared_ptr<event_reader> connection;
};

// The event of the snapshot's own version comes with the page: it proves that the stream is as long
// as the snapshot says.
stream_version begin_at_snapshot(event_reader& connection, const read_page& wanted,
                                 stream_page& page) {
  if (!wanted.from_snapshot)
    return wanted.from;
  auto snapshot = connection.load_snapshot(wanted.stream);
  if (!snapshot)
    page.snapshot_trouble = snapshot.error();
  else
    page.snapshot = std::move(*snapshot);
  return page.snapshot ? page.snapshot->version : wanted.from;
}

stream_page read(event_reader& connection, const read_page& wanted) {
  stream_page page;
  page.question = wanted.question;
  stream_slice slice;
  slice.from = begin_at_snapshot(connection, wanted, page);
  slice.limit = wanted.limit;
  page.events = wanted.limit != 0 ? connection.read_stream(wanted.stream, slice)
                                  : std::vector<recorded_event>{};
  if (!page.events || !wanted.recall)
    return page;
  auto wish = *wanted.recall;
  if (page.snapshot)
    wish.before = page.snapshot->version + 1;
  auto recalled = recall(connection, wanted.stream, wish);
  if (!recalled) {
    page.events = recalled.error();
    return page;
  }
  page.recalled = std::move(recalled->newest);
  page.answered = std::move(recalled->answered);
  return page;
}

reader_actor::behavior_type reader(reader_actor::stateful_pointer<reader_state> self,
                                   std::shared_ptr<event_reader> connection) {
  self->state.connection = std::move(connection);
  return {
      [self](const read_page& wanted, const page_receiver_actor& receiver) {
        self->send(receiver, read(*self->state.connection, wanted));
      },
  };
}

} // namespace

reader_actor spawn_reader(caf::actor_system& system, std::unique_ptr<event_reader> connection,
                          bool blocks) {
  std::shared_ptr<event_reader> shared{std::move(connection)};
  return blocks ? system.spawn<caf::detached>(reader, shared) : system.spawn(reader, shared);
}

} // namespace annals

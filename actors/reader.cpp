#include <annals/actors/reader.hpp>

namespace annals {

namespace {

struct reader_state {
  static constexpr const char* name = "annals.reader";

  std::shared_ptr<event_reader> connection;
};

reader_actor::behavior_type reader(reader_actor::stateful_pointer<reader_state> self,
                                   std::shared_ptr<event_reader> connection) {
  self->state.connection = std::move(connection);
  return {
      [self](const read_page& wanted, const page_receiver_actor& receiver) {
        stream_slice slice;
        slice.from = wanted.from;
        slice.limit = wanted.limit;
        self->send(receiver,
                   stream_page{self->state.connection->read_stream(wanted.stream, slice)});
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

#include <annals/persistence/sqlite/event_row.hpp>

namespace annals::sqlite {

recorded_event event_from(const rows& row, std::string_view stream) {
  recorded_event event;
  event.position = row.count(0);
  event.stream = stream;
  event.version = row.count(2);
  event.id = row.id(3);
  event.type = row.text(4);
  event.schema_version = static_cast<std::uint32_t>(row.number(5));
  event.time = timestamp{std::chrono::microseconds{row.number(6)}};
  event.correlation_id = row.id(7);
  event.causation_id = row.id(8);
  event.metadata = row.text(9);
  event.payload = row.text(10);
  event.command_digest = row.count(11);
  return event;
}

} // namespace annals::sqlite

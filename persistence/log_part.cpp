#include <annals/messages/stable_hash.hpp>
#include <annals/messages/text.hpp>
#include <annals/persistence/append_rules.hpp>
#include <annals/persistence/event_store.hpp>

namespace annals {

result<read_part> event_reader::read_log_part(log_part part, log_position after,
                                              std::size_t limit) {
  if (auto good = check_log_part(part); !good)
    return good.error();
  auto events = read_log(after, limit);
  if (!events)
    return events.error();
  read_part found;
  found.read_to = events->empty() ? after : events->back().position;
  std::erase_if(*events, [&](const auto& event) {
    return part_of_stream(event.stream, part.of) != part.index;
  });
  found.events = std::move(*events);
  return found;
}

} // namespace annals

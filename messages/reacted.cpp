#include <annals/messages/reacted.hpp>

#include <annals/messages/json.hpp>

namespace annals {

std::span<const event_type* const> framework_events() {
  static const event_type* const all[] = {&event_type_of<reacted>()};
  return all;
}

result<reacted> decode_reacted(const recorded_event& stored) {
  if (stored.type == reacted::name.text())
    return decode_event<reacted>(stored);
  return failure{errc::undecodable, describe(stored)
                                        + " is in the stream of a process manager, which holds "
                                          "events annals.reacted alone"};
}

} // namespace annals

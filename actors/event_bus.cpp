#include <annals/actors/event_bus.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace annals {

namespace {

struct event_bus_state {
  static constexpr const char* name = "annals.event_bus";

  std::vector<subscriber_actor> subscribers;
  log_position position = 0;
  // Whether a message to itself is on its way: commits until then go out in one hint.
  bool scheduled = false;
};

event_bus_actor::behavior_type event_bus(event_bus_actor::stateful_pointer<event_bus_state> self) {
  return {
      [self](log_grew grown) {
        auto& state = self->state;
        state.position = std::max(state.position, grown.position);
        if (!state.subscribers.empty() && !std::exchange(state.scheduled, true))
          self->send(self, go_on{});
      },
      [self](go_on) {
        auto& state = self->state;
        state.scheduled = false;
        for (const auto& subscriber : state.subscribers)
          self->send(subscriber, log_grew{state.position});
      },
      [self](subscriber_actor& subscriber) {
        self->state.subscribers.push_back(std::move(subscriber));
      },
  };
}

} // namespace

event_bus_actor spawn_event_bus(caf::actor_system& system) { return system.spawn(event_bus); }

} // namespace annals

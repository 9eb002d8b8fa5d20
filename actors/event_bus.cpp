#include <annals/actors/event_bus.hpp>

#include <vector>

namespace annals {

namespace {

struct event_bus_state {
  static constexpr const char* name = "annals.event_bus";

  std::shared_ptr<growth_hint> hint;
  std::vector<subscriber_actor> subscribers;
};

event_bus_actor::behavior_type event_bus(event_bus_actor::stateful_pointer<event_bus_state> self,
                                         std::shared_ptr<growth_hint> hint) {
  self->state.hint = std::move(hint);
  self->set_down_handler([self](const caf::down_msg& gone) {
    std::erase_if(self->state.subscribers,
                  [&](const subscriber_actor& one) { return one.address() == gone.source; });
  });
  return {
      [self](log_grew) {
        if (self->state.subscribers.empty())
          return;
        log_grew grown{self->state.hint->take()};
        for (const auto& subscriber : self->state.subscribers)
          self->send(subscriber, grown);
      },
      [self](subscriber_actor& subscriber) {
        self->send(subscriber, log_grew{self->state.hint->take()});
        self->monitor(subscriber);
        self->state.subscribers.push_back(std::move(subscriber));
      },
  };
}

} // namespace

event_bus_actor spawn_event_bus(caf::actor_system& system, std::shared_ptr<growth_hint> hint) {
  return system.spawn(event_bus, std::move(hint));
}

} // namespace annals

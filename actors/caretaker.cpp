#include <annals/actors/caretaker.hpp>

#include <algorithm>

namespace annals {

namespace {

using std::chrono::milliseconds;

struct caretaker_state {
  static constexpr const char* name = "annals.caretaker";
};

caretaker_actor::behavior_type caretaker(caretaker_actor::stateful_pointer<caretaker_state> self,
                                         const dispatcher_actor& dispatcher, milliseconds idle) {
  auto pause = std::clamp(idle / 4, milliseconds{10}, milliseconds{60'000});
  if (idle > milliseconds::zero())
    self->delayed_send(self, pause, look_again{});
  return {
      [self, dispatcher, pause](look_again) {
        self->send(dispatcher, passivate_idle_ones{});
        self->delayed_send(self, pause, look_again{});
      },
  };
}

} // namespace

caretaker_actor spawn_caretaker(caf::actor_system& system, dispatcher_actor dispatcher,
                                milliseconds idle) {
  return system.spawn(caretaker, std::move(dispatcher), idle);
}

} // namespace annals

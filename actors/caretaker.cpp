#include <annals/actors/caretaker.hpp>

#include <algorithm>

namespace annals {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_pause{60'000};

struct caretaker_state {
  static constexpr const char* name = "annals.caretaker";

  caretaker_parts parts;
  milliseconds since_forgetting = longest_pause;
};

using caretaker_pointer = caretaker_actor::stateful_pointer<caretaker_state>;

milliseconds pause_of(milliseconds idle) {
  return idle > milliseconds::zero() ? std::clamp(idle / 4, milliseconds{10}, longest_pause)
                                     : longest_pause;
}

void look(caretaker_pointer self, milliseconds pause) {
  auto& state = self->state;
  self->send(state.parts.dispatcher, passivate_idle_ones{});
  state.since_forgetting += pause;
  if (state.since_forgetting >= longest_pause) {
    state.since_forgetting = milliseconds::zero();
    self->send(state.parts.journal,
               forget_outcomes{state.parts.clock() - state.parts.command_window});
  }
  self->delayed_send(self, pause, look_again{});
}

caretaker_actor::behavior_type caretaker(caretaker_pointer self, caretaker_parts parts) {
  auto pause = pause_of(parts.passivate_after);
  self->state.parts = std::move(parts);
  self->delayed_send(self, pause, look_again{});
  return {[self, pause](look_again) { look(self, pause); }};
}

} // namespace

caretaker_actor spawn_caretaker(caf::actor_system& system, caretaker_parts parts) {
  return system.spawn(caretaker, std::move(parts));
}

} // namespace annals

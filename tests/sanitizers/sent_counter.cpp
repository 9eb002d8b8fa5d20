// No race: strings and actor states pass between threads in messages only.
#include <caf/all.hpp>

#include <string>

namespace {

struct collected {
  std::string text;
};

caf::behavior collector(caf::stateful_actor<collected>* self) {
  return {[self](const std::string& piece) {
    self->state.text += piece;
    if (self->state.text.size() > 1000)
      self->state.text.clear();
    return self->state.text;
  }};
}

caf::behavior sender(caf::event_based_actor* self, caf::actor to, int pieces) {
  for (int piece = 0; piece < pieces; ++piece)
    self->request(to, caf::infinite, std::string("a piece of text on the heap"))
        .then([](const std::string&) {});
  return {[](int) {}};
}

} // namespace

int main() {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", 4);
  caf::actor_system system{config};
  for (int group = 0; group < 20; ++group) {
    auto to = system.spawn(collector);
    for (int one = 0; one < 4; ++one)
      system.spawn(sender, to, 200);
    caf::scoped_actor self{system};
    for (int piece = 0; piece < 50; ++piece)
      self->request(to, caf::infinite, std::string("asked from a thread outside"))
          .receive([](const std::string&) {}, [](const caf::error&) {});
  }
}

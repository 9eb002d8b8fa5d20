// The other process of wire.test.cpp: answers over a real socket until it is told to go.
#include "tests/messages/wire_types.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <iostream>

namespace {

caf::behavior peer(caf::event_based_actor* self) {
  return {
      // Gives back what it understood, so that nothing that was lost on the way comes home whole.
      [](const wire::parcel& parcel) { return parcel; },
      [](const annals::command& envelope) {
        auto json = envelope.body.to_json().value();
        return annals::receipt{
            std::string{envelope.body.name()} + " " + json + " for " + envelope.id, 7, 8, 9, true};
      },
      [](const std::string&) -> caf::result<annals::receipt> {
        return annals::make_error(annals::errc::rejected, "not today");
      },
      [self](caf::ok_atom) { self->quit(); },
  };
}

} // namespace

int main() {
  wire::config config;
  caf::actor_system system{config};
  auto actor = system.spawn(peer);
  auto port = system.middleman().publish(actor, 0, "127.0.0.1");
  if (!port) {
    std::cerr << caf::to_string(port.error()) << '\n';
    return 1;
  }
  std::cout << *port << std::endl;
  return 0;
}

#include <annals/actors/cluster/gateway.hpp>

namespace annals {

namespace {

struct gateway_state {
  static constexpr const char* name = "annals.gateway";

  std::string incarnation;
  dispatcher_actor dispatcher;
  forwarder_actor forwarder;
  caf::strong_actor_ptr host;
};

gateway_actor::behavior_type gateway(gateway_actor::stateful_pointer<gateway_state> self,
                                     dispatcher_actor dispatcher, forwarder_actor forwarder,
                                     std::string incarnation, caf::strong_actor_ptr host) {
  self->state.host = std::move(host);
  self->state.forwarder = std::move(forwarder);
  self->state.dispatcher = std::move(dispatcher);
  self->state.incarnation = std::move(incarnation);
  self->set_exit_handler([self](const caf::exit_msg& asked) {
    if (asked.source.node() == self->node() || !asked.source) {
      self->state.host = nullptr;
      self->quit(asked.reason);
    }
  });
  return {
      [self](command& envelope) {
        return self->delegate(self->state.dispatcher, std::move(envelope));
      },
      [self](whose_atom) { return self->state.incarnation; },
      [self](host_atom) { return self->state.host; },
      [self](hello_atom hello, const std::string& other,
             const caf::strong_actor_ptr& gateway_of_it) {
        self->send(self->state.forwarder, hello, other, gateway_of_it);
      },
  };
}

} // namespace

void know_gateways(caf::actor_system_config& config) {
  config.add_message_type<command>("annals.command");
  config.add_message_type<receipt>("annals.receipt");
}

gateway_actor spawn_gateway(caf::actor_system& system, dispatcher_actor dispatcher,
                            forwarder_actor forwarder, std::string incarnation,
                            caf::strong_actor_ptr host) {
  return system.spawn(gateway, std::move(dispatcher), std::move(forwarder), std::move(incarnation),
                      std::move(host));
}

} // namespace annals

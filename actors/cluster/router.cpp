#include <annals/actors/cluster/router.hpp>

#include <annals/actors/in_place_actor.hpp>
#include <annals/messages/stream_name.hpp>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/system_messages.hpp>

namespace annals {

namespace {

class router final : public in_place_actor {
public:
  router(caf::actor_config& config, dispatcher_actor dispatcher, forwarder_actor forwarder,
         std::shared_ptr<const known_nodes> nodes)
      : in_place_actor{config}, dispatcher_{std::move(dispatcher)},
        forwarder_{std::move(forwarder)}, nodes_{std::move(nodes)} {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (content.match_elements<caf::exit_msg>())
      return quit(content.get_as<caf::exit_msg>(0).reason, unit);
    bool goes_on = content.match_elements<command>() && !is_here(content.get_as<command>(0));
    auto* target = goes_on ? caf::actor_cast<caf::abstract_actor*>(forwarder_)
                           : caf::actor_cast<caf::abstract_actor*>(dispatcher_);
    target->enqueue(std::move(what), unit);
  }

private:
  bool is_here(const command& envelope) const {
    auto nodes = nodes_->nodes();
    const auto* owner = nodes->owner_of(stream_name(envelope.aggregate, envelope.id));
    // The last node to leave still has all of them: nobody comes for whom they could be held.
    return owner == nullptr ? nodes_->is_leaving() : owner->incarnation == nodes_->incarnation();
  }

  dispatcher_actor dispatcher_;
  forwarder_actor forwarder_;
  std::shared_ptr<const known_nodes> nodes_;
};

} // namespace

dispatcher_actor spawn_router(caf::actor_system& system, dispatcher_actor dispatcher,
                              forwarder_actor forwarder, std::shared_ptr<const known_nodes> nodes) {
  caf::actor_config config{system.dummy_execution_unit()};
  return caf::make_actor<router, dispatcher_actor>(system.next_actor_id(), system.node(), &system,
                                                   config, std::move(dispatcher),
                                                   std::move(forwarder), std::move(nodes));
}

} // namespace annals

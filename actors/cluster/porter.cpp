#include <annals/actors/cluster/porter.hpp>

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>

namespace annals {

namespace {

// Not counted among the actors that a system waits for when it ends, which is when it goes.
class porter final : public caf::monitorable_actor {
public:
  explicit porter(caf::actor_config& config) : caf::monitorable_actor{config} {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (!what->sender || !content.match_elements<caf::sys_atom, caf::get_atom, std::string>())
      return;
    auto answer = caf::make_message(caf::ok_atom::value, content.get_as<std::string>(2),
                                    caf::strong_actor_ptr{ctrl()}, std::string{"annals.porter"});
    what->sender->enqueue(ctrl(), what->mid.response_id(), std::move(answer), unit);
  }
};

} // namespace

void keep_strangers_from_caf(caf::actor_system& system) {
  caf::actor_config config{system.dummy_execution_unit()};
  auto made =
      caf::make_actor<porter, caf::actor>(system.next_actor_id(), system.node(), &system, config);
  auto& names = system.registry();
  names.erase(caf::atom("ConfigServ"));
  names.erase(caf::atom("SpawnServ"));
  names.put(caf::atom("SpawnServ"), made);
}

} // namespace annals

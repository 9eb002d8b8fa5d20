// What another program that speaks CAF can do to the actors of a node.

#include "tests/actors/cluster/crew.hpp"

#include <annals/actors/cluster/cluster_actors.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <catch2/catch.hpp>

using namespace annals::tests;
using namespace std::chrono_literals;
using ledger::account;
using ledger::deposit;

namespace {

struct caf_settings : caf::actor_system_config {
  caf_settings() {
    load<caf::io::middleman>();
    set("logger.verbosity", caf::atom("quiet"));
    add_message_type<annals::command>("annals.command");
    add_message_type<annals::receipt>("annals.receipt");
  }
};

// Another program, connected to a node.
class intruder {
public:
  explicit intruder(const annals::member& node) {
    auto where = annals::network_address::parse(node.address).value();
    auto found = system_.middleman().remote_actor<annals::gateway_actor>(where.host, where.port);
    REQUIRE(found);
    gateway_ = *found;
  }

  const annals::gateway_actor& gateway() const { return gateway_; }
  caf::actor_system& system() { return system_; }

  // The actor of that number there, whether there is one or not.
  caf::actor by_number(caf::actor_id number) {
    auto broker = system_.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
    auto& known = caf::actor_cast<caf::io::basp_broker*>(broker)->proxies();
    return caf::actor_cast<caf::actor>(known.get_or_put(gateway_->node(), number));
  }
  // To the one of that name there.
  void send_to(caf::atom_value name, const caf::message& what) {
    auto broker = system_.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
    caf::anon_send(broker, caf::forward_atom::value, gateway_->node(), name, what);
  }
  // Whether the node still answers, after everything that was sent before.
  bool is_answered() {
    caf::scoped_actor self{system_};
    bool answered = false;
    self->request(gateway_, 5s, annals::whose_atom::value)
        .receive([&](const std::string&) { answered = true; }, [](const caf::error&) {});
    return answered;
  }

private:
  caf_settings settings_;
  caf::actor_system system_{settings_};
  annals::gateway_actor gateway_;
};

void deposit_everywhere(crew& nodes) {
  for (int i = 0; i < 10; ++i)
    for (auto& [name, node] : nodes.all())
      REQUIRE(node->ask<account>(std::to_string(i), deposit{1}).get());
}

} // namespace

TEST_CASE("no exit message that comes from elsewhere ends an actor of a node") {
  crew two{ledger::domain{}, {"north", "south"}};
  deposit_everywhere(two); // some of them forwarded
  intruder other{two["north"].nodes().at(0)};
  for (auto reason : {caf::exit_reason::kill, caf::exit_reason::user_shutdown}) {
    SECTION(to_string(reason) + " to the gateway, from nobody") {
      caf::anon_send_exit(other.gateway(), reason);
    }
    SECTION(to_string(reason) + " by a link") {
      other.system().spawn([&](caf::event_based_actor* self) {
        self->link_to(caf::actor_cast<caf::actor>(other.gateway()));
        self->quit(reason);
      });
      other.system().await_all_actors_done();
    }
    SECTION(to_string(reason) + " to each number") {
      for (caf::actor_id number = 1; number < 2000; ++number)
        if (auto one = other.by_number(number))
          caf::anon_send_exit(one, reason);
    }
    SECTION(to_string(reason) + " to each name") {
      for (auto name : {caf::atom("SpawnServ"), caf::atom("ConfigServ"), caf::atom("BASP")})
        other.send_to(name, caf::make_message(caf::exit_msg{{}, reason}));
    }
  }
  CHECK(other.is_answered());
  deposit_everywhere(two);
  intruder later{two["north"].nodes().at(0)};
  CHECK(later.is_answered());
}

TEST_CASE("nobody elsewhere can have a node spawn an actor, or keep something for him") {
  crew two{ledger::domain{}, {"north", "south"}};
  intruder other{two["north"].nodes().at(0)};
  auto node = other.gateway()->node();
  auto spawned = other.system().middleman().remote_spawn<caf::actor>(node, "anything",
                                                                     caf::make_message(), 500ms);
  CHECK_FALSE(spawned);
  other.send_to(caf::atom("ConfigServ"),
                caf::make_message(caf::put_atom::value, "key", caf::make_message("value")));
  CHECK(other.is_answered());
  deposit_everywhere(two);
}

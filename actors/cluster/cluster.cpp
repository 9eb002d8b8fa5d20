#include <annals/actors/cluster/cluster.hpp>

#include <annals/actors/cluster/forwarder.hpp>
#include <annals/actors/cluster/gateway.hpp>
#include <annals/actors/cluster/own_identity.hpp>
#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/cluster/porter.hpp>
#include <annals/actors/cluster/router.hpp>
#include <annals/actors/log.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

// Body and metadata as JSON, and what is around them: names, ids, an error's text.
std::size_t longest_message(std::size_t largest_payload) {
  constexpr std::size_t around = 256U << 10, most = 1U << 30;
  return 2 * std::min(largest_payload, most) + around;
}

} // namespace

cluster::cluster(cluster_settings settings, std::shared_ptr<membership> nodes)
    : settings_{std::move(settings)}, nodes_{std::move(nodes)} {}

cluster::~cluster() = default;

result<std::unique_ptr<cluster>> cluster::join(const cluster_settings& settings, event_store& store,
                                               const registry& domain,
                                               std::map<std::string, std::uint32_t> targets) {
  if (auto good = check_settings(settings); !good)
    return good.error();
  if (!store.is_shared())
    return failure{errc::invalid_argument,
                   "nodes share a log, and other processes cannot open this store (as 'memory:'); "
                   "give postgresql://…, or sqlite:FILE for nodes on one machine"};
  auto leases = store.open_leases();
  if (!leases)
    return leases.error();
  auto card = card_of(domain);
  card.targets = std::move(targets);
  auto nodes = std::make_shared<membership>(settings, std::move(*leases), std::move(card));
  if (auto joined = nodes->join(); !joined)
    return joined.error();
  return std::unique_ptr<cluster>{new cluster{settings, std::move(nodes)}};
}

void cluster::configure(caf::actor_system_config& config) const {
  load_network(config);
  if (!settings_.tls.empty())
    use_tls(config, settings_.tls);
  know_gateways(config);
}

result<dispatcher_actor> cluster::open(caf::actor_system& system,
                                       const dispatcher_actor& dispatcher, const config& limits,
                                       caf::strong_actor_ptr host) {
  system_ = &system;
  dispatcher_ = dispatcher;
  keep_strangers_from_caf(system);
  connection_limits connections{settings_.connect_timeout, settings_.lease_time, {}};
  connections.tls = !settings_.tls.empty();
  connections.first_reconnect = settings_.first_reconnect;
  connections.longest_reconnect = settings_.longest_reconnect;
  connections.port.most_connections = settings_.most_connections;
  connections.port.longest_message = longest_message(limits.largest_payload);
  forwarder_ = spawn_forwarder(system, {settings_, nodes_, dispatcher, limits.commands_under_way,
                                        limits.largest_payload, connections,
                                        [in = nodes_](std::vector<std::string> others) {
                                          in->note_unreachable(std::move(others));
                                        }});
  router_ = spawn_router(system, dispatcher, forwarder_, nodes_);
  gateway_ = spawn_gateway(system, dispatcher, forwarder_, nodes_->incarnation(), std::move(host));
  caf::anon_send(forwarder_, hello_atom::value, nodes_->incarnation(),
                 caf::actor_cast<caf::strong_actor_ptr>(gateway_));
  connector_ = spawn_connector(system, connections);
  auto listen = network_address::parse(settings_.listen).value();
  auto port = publish_gateway(system, connector_, gateway_, listen);
  if (!port)
    return port.error();
  address_ = settings_.advertise.empty() ? network_address{listen.host, *port}.text()
                                         : settings_.advertise;
  return router_;
}

void cluster::start(std::vector<membership::task> tasks) {
  membership::listener tell;
  tell.changed = [to = forwarder_] { caf::anon_send(to, look_again{}); };
  // The dispatcher does it in its sender's thread, and that of the membership has leases to renew.
  tell.settled = [in = system_, to = dispatcher_] {
    in->spawn<caf::hidden>(
        [to](caf::event_based_actor*) { caf::anon_send(to, passivate_moved_ones{}); });
  };
  nodes_->start(address_, std::move(tasks), std::move(tell));
}

void cluster::leave(const std::function<void()>& finish) {
  nodes_->leave([&] {
    finish();
    finish_forwarding();
  });
}

void cluster::finish_forwarding() {
  if (!forwarder_)
    return;
  caf::scoped_actor self{*system_};
  self->request(forwarder_, 2 * settings_.lease_time, finish{})
      .receive([](finished) {},
               [this](const caf::error&) {
                 log().warn("node {}: commands that it had sent to other nodes had no answer after "
                            "{} ms; their callers are told that it is stopping",
                            settings_.name, (2 * settings_.lease_time).count());
               });
}

void cluster::close() {
  auto end = [](auto& actor) {
    if (actor)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
  };
  dispatcher_ = nullptr;
  end(router_);
  if (forwarder_)
    caf::anon_send(forwarder_, close_connections{});
  forwarder_ = nullptr;
  if (gateway_)
    end_gateway(gateway_);
  gateway_ = nullptr;
  end(connector_);
}

} // namespace annals

#include <annals/actors/client/client_inside.hpp>
#include <annals/actors/cluster/own_identity.hpp>

#include <annals/actors/cluster/forwarder.hpp>
#include <annals/actors/cluster/gateway.hpp>
#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/cluster/porter.hpp>
#include <annals/actors/cluster/router.hpp>
#include <annals/actors/event_bus.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/persistence/served/remote_store.hpp>

#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

namespace annals {

namespace {

using namespace std::chrono_literals;

failure wrong_client(const std::string& why) {
  return {errc::invalid_argument, "client_settings: " + why};
}

} // namespace

client::inside::inside(registry domain, client_settings settings)
    : domain_{std::move(domain)}, settings_{std::move(settings)} {}

client::inside::~inside() { stop(); }

result<void> client::inside::check() const {
  if (settings_.nodes.empty())
    return wrong_client("nodes is empty; give HOST:PORT of a node");
  if (settings_.connect_timeout < 1ms || settings_.lease_time < 100ms)
    return wrong_client("connect_timeout is not 1 ms or more, or lease_time not 100 ms or more");
  if (settings_.first_reconnect < 1ms || settings_.longest_reconnect < settings_.first_reconnect)
    return wrong_client("first_reconnect is not 1 ms or more, or longest_reconnect less than it");
  if (settings_.give_up <= settings_.lease_time)
    return wrong_client("give_up is not more than lease_time, so that a command would be given up "
                        "before another node takes over");
  return {};
}

result<void> client::inside::start() {
  for (const auto& good : {check(), domain_.check()})
    if (!good)
      return good;
  if (auto connected = connect(); !connected)
    return connected;
  spawn_all();
  return {};
}

served_store_settings client::inside::line_settings() const {
  served_store_settings made;
  made.addresses = addresses_;
  made.connect_timeout = settings_.connect_timeout;
  made.first_reconnect = settings_.first_reconnect;
  made.longest_reconnect = settings_.longest_reconnect;
  made.give_up = settings_.give_up;
  made.silence = settings_.lease_time;
  made.tls = settings_.tls;
  made.writes = false;
  return made;
}

result<void> client::inside::connect() {
  std::vector<network_address> given;
  for (const auto& text : settings_.nodes) {
    auto where = network_address::parse(text);
    if (!where || where->port == 0)
      return wrong_client("nodes: " + (where ? "nobody can reach port 0" : where.error().message));
    given.push_back(std::move(*where));
  }
  addresses_->give(std::move(given));
  auto line = open_line(line_settings());
  if (!line)
    return line.error();
  line_ = std::move(*line);
  store_ = served::make_remote_store(line_, open_mode::read_only);
  auto leases = store_->open_leases();
  if (!leases)
    return leases.error();
  watch_ = std::make_shared<node_watch>(std::move(*leases));
  return watch_->look_first(domain_);
}

void client::inside::spawn_all() {
  load_network(config_);
  if (!settings_.tls.empty())
    use_tls(config_, settings_.tls);
  know_gateways(config_);
  config_.set("scheduler.policy", caf::atom("sharing"));
  config_.set("scheduler.max-threads", std::size_t{2});
  config_.set("logger.verbosity", caf::atom("quiet"));
  system_.emplace(config_);
  keep_strangers_from_caf(*system_);
  cluster_settings as_nodes;
  as_nodes.connect_timeout = settings_.connect_timeout;
  as_nodes.lease_time = settings_.lease_time;
  as_nodes.give_up = settings_.give_up;
  connection_limits connections{settings_.connect_timeout, settings_.lease_time, {}};
  connections.tls = !settings_.tls.empty();
  connections.first_reconnect = settings_.first_reconnect;
  connections.longest_reconnect = settings_.longest_reconnect;
  forwarder_ =
      spawn_forwarder(*system_, {as_nodes, watch_, dispatcher_actor{}, settings_.commands_under_way,
                                 settings_.largest_payload, connections});
  router_ = spawn_router(*system_, dispatcher_actor{}, forwarder_, watch_);
  gate_ = std::make_unique<ask_gate>(*system_, router_);
  auto hint = std::make_shared<growth_hint>();
  bus_ = spawn_event_bus(*system_, hint);
  subscriptions_parts parts;
  parts.system = &*system_;
  parts.domain = &domain_;
  parts.bus = bus_;
  parts.open_reader = [this] { return store_->open_reader(); };
  followers_ = std::make_shared<subscriptions>(std::move(parts));
  models_ = std::make_unique<remote_models>(domain_, watch_, line_settings());
  growth_ = store_
                ->watch_growth([this, hint](log_position position) {
                  if (hint->grown_to(position))
                    caf::anon_send(bus_, log_grew{position});
                  models_->has_grown(position);
                })
                .value();
  auto learn = [this] {
    std::vector<network_address> all;
    for (const auto& one : nodes())
      if (auto where = network_address::parse(one.address))
        all.push_back(std::move(*where));
    addresses_->learn(std::move(all));
  };
  learn();
  watch_->start([this, learn] {
    learn();
    caf::anon_send(forwarder_, look_again{});
  });
  leave_system();
}

void client::inside::ask(command envelope, std::function<void(reply)> done) {
  gate_->ask(std::move(envelope), std::move(done));
}

result<subscription> client::inside::subscribe(const subscription_settings& settings,
                                               std::function<void(const recorded_event&)> called) {
  if (!settings.name.empty())
    return failure{errc::invalid_argument,
                   "a client's subscription has no name: it cannot keep in the store where it is; "
                   "keep the position yourself, or subscribe at a node"};
  return followers_->subscribe(
      settings, [called = std::move(called)](const recorded_event& event, acknowledgement done) {
        called(event);
        done();
      });
}

result<std::unique_ptr<event_reader>> client::inside::open_reader() {
  return store_->open_reader();
}

// Nobody waits for nodes that do not come back.
void client::inside::stop() {
  std::call_once(stopped_, [this] {
    if (!store_)
      return;
    store_->give_up_at(std::chrono::steady_clock::now());
    if (watch_)
      watch_->stop();
    if (models_)
      models_->stop();
    growth_.reset();
    if (!system_)
      return;
    followers_->stop();
    gate_->close();
    caf::anon_send_exit(router_, caf::exit_reason::user_shutdown);
    caf::anon_send(forwarder_, close_connections{});
    caf::anon_send_exit(bus_, caf::exit_reason::user_shutdown);
    router_ = nullptr;
    forwarder_ = nullptr;
    bus_ = nullptr;
    system_.reset();
    leave_system();
  });
}

} // namespace annals

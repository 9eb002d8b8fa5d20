#pragma once

#include <annals/actors/ask_gate.hpp>
#include <annals/actors/client/client.hpp>
#include <annals/actors/client/node_watch.hpp>
#include <annals/actors/client/remote_models.hpp>
#include <annals/actors/cluster/cluster_actors.hpp>
#include <annals/actors/growth_hint.hpp>
#include <annals/actors/served/served_line.hpp>
#include <annals/actors/subscriptions.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <memory>
#include <mutex>
#include <optional>

namespace annals {

/// The inside of a client: a line to some node for what is read, a watch of who is there, and a
/// forwarder as nodes have it, which never finds that an aggregate is its own.
class client::inside {
public:
  inside(registry domain, client_settings settings);
  ~inside();

  result<void> start();
  void stop();

  void ask(command envelope, std::function<void(reply)> done);
  result<subscription> subscribe(const subscription_settings& settings,
                                 std::function<void(const recorded_event&)> called);
  result<std::unique_ptr<event_reader>> open_reader();
  std::vector<member> nodes() const { return watch_->nodes()->members(); }
  remote_models& models() noexcept { return *models_; }

private:
  result<void> check() const;
  result<void> connect();
  void spawn_all();
  served_store_settings line_settings() const;

  registry domain_;
  const client_settings settings_;
  std::shared_ptr<address_book> addresses_ = std::make_shared<address_book>();
  std::shared_ptr<served::store_line> line_;
  std::unique_ptr<event_store> store_;
  std::shared_ptr<node_watch> watch_;
  std::unique_ptr<growth_watch> growth_;
  std::unique_ptr<remote_models> models_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  forwarder_actor forwarder_;
  dispatcher_actor router_;
  event_bus_actor bus_;
  std::unique_ptr<ask_gate> gate_;
  std::shared_ptr<subscriptions> followers_;
  std::once_flag stopped_;
};

} // namespace annals

#pragma once

#include <annals/actors/cluster/cluster.hpp>
#include <annals/actors/cluster/gateway.hpp>
#include <annals/actors/cluster/own_identity.hpp>
#include <annals/actors/cluster/peer_network.hpp>
#include <annals/actors/direct_journal.hpp>
#include <annals/actors/event_bus.hpp>
#include <annals/actors/journal.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/actors/served/any_store.hpp>
#include <annals/actors/served/store_host.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include <memory>
#include <string>

namespace annals::tests {

/// The part of a node that serves its store, without the rest of it: nothing else writes to it.
class serving_stage {
public:
  /// Listens at `port` of the loopback interface; 0 is any.
  explicit serving_stage(std::unique_ptr<event_store> store, std::uint16_t port = 0,
                         std::size_t most_bytes = store_host_parts{}.most_bytes)
      : store_{std::move(store)} {
    annals::load_network(config_);
    know_gateways(config_);
    config_.set("logger.verbosity", caf::atom("quiet"));
    system_.emplace(config_);
    auto hint = std::make_shared<growth_hint>();
    bus_ = spawn_event_bus(*system_, hint);
    auto commands = std::make_shared<traffic>(traffic::limits{});
    auto writer = std::make_shared<store_writer>(*store_, bus_, hint, commands);
    journal_ = store_->blocks() ? spawn_journal(*system_, writer, {})
                                : make_direct_journal(*system_, writer);
    host_ =
        spawn_store_host(*system_, {true, {}, store_.get(), writer, journal_, bus_, most_bytes});
    gateway_ = spawn_gateway(*system_, dispatcher_actor{}, forwarder_actor{}, "the run of a stage",
                             caf::actor_cast<caf::strong_actor_ptr>(host_));
    connector_ = spawn_connector(*system_, {});
    port_ = publish_gateway(*system_, connector_, gateway_, {"127.0.0.1", port}).value();
    leave_system();
  }

  /// As when its process is killed, but for what the store does at its end.
  ~serving_stage() {
    end_gateway(gateway_);
    gateway_ = nullptr;
    end(connector_);
    end(host_);
    end(journal_);
    end(bus_);
    system_.reset();
    leave_system();
  }

  std::uint16_t port() const noexcept { return port_; }
  std::string url(const std::string& parameters = "") const {
    return "annals://127.0.0.1:" + std::to_string(port_) + parameters;
  }
  event_store& store() noexcept { return *store_; }
  caf::actor_system& system() noexcept { return *system_; }
  const gateway_actor& gateway() const noexcept { return gateway_; }

private:
  template <class Actor>
  static void end(Actor& one) {
    caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    one = nullptr;
  }

  std::unique_ptr<event_store> store_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  event_bus_actor bus_;
  journal_actor journal_;
  store_host_actor host_;
  gateway_actor gateway_;
  caf::io::middleman_actor connector_;
  std::uint16_t port_ = 0;
};

} // namespace annals::tests

#pragma once

#include <annals/actors/cluster/cluster_actors.hpp>
#include <annals/actors/cluster/membership.hpp>
#include <annals/actors/config.hpp>
#include <annals/persistence/event_store.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace annals {

/// What makes a node one of several, put together: its membership, the way in for others, and the
/// way out to them.
class cluster {
public:
  /// Takes this node's place among those that share `store`. Blocks, for the time of a lease where
  /// the node was killed shortly before. Gives `invalid_argument` for settings out of range, a
  /// store that is not shared, a clock or a domain that does not fit; `lease_held`; or what the
  /// store fails with.
  /// `targets`: those that it can run, and into how many parts each is divided.
  static result<std::unique_ptr<cluster>> join(const cluster_settings& settings, event_store& store,
                                               const registry& domain,
                                               std::map<std::string, std::uint32_t> targets = {});
  ~cluster();

  /// Has the actor system talk to others.
  void configure(caf::actor_system_config& config) const;

  /// Starts the actors of this node's side, and listens. Gives who stands in front of `dispatcher`
  /// from now on: it takes every command, whichever node has the aggregate. `most` commands wait
  /// for others at a time. `host` serves this node's store, or is null. Gives `invalid_argument`
  /// where it cannot listen.
  result<dispatcher_actor> open(caf::actor_system& system, const dispatcher_actor& dispatcher,
                                const config& limits, caf::strong_actor_ptr host = nullptr);

  /// Tells the others that this node is there, and takes over its share of the tasks.
  void start(std::vector<membership::task> tasks);

  /// Hands everything over to the others: no command is refused by them meanwhile. `finish` is
  /// called when they know, to finish what is under way here; commands that are under way elsewhere
  /// are waited for after it, not for long. Blocks.
  void leave(const std::function<void()>& finish);

  /// Ends the actors of this node's side.
  void close();

  /// Takes a command and asks other nodes for it, which this one has tried in vain.
  caf::weak_actor_ptr asker() const { return caf::actor_cast<caf::weak_actor_ptr>(forwarder_); }

  /// Takes on, and lets go of, what one node at a time does.
  const std::shared_ptr<membership>& duties() const noexcept { return nodes_; }
  const membership& nodes() const noexcept { return *nodes_; }
  const cluster_settings& settings() const noexcept { return settings_; }

private:
  cluster(cluster_settings settings, std::shared_ptr<membership> nodes);
  void finish_forwarding();

  const cluster_settings settings_;
  std::shared_ptr<membership> nodes_;
  caf::actor_system* system_ = nullptr;
  std::string address_;
  caf::io::middleman_actor connector_;
  gateway_actor gateway_;
  forwarder_actor forwarder_;
  dispatcher_actor dispatcher_;
  dispatcher_actor router_;
};

} // namespace annals

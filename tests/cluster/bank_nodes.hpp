#pragma once

#include "tests/cluster/fault_plan.hpp"
#include "tests/cluster/private_network.hpp"
#include "tests/examples/program.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace annals::tests::cluster {

/// Where the nodes of a bank find their store.
struct bank_store {
  /// By a socket in the file system, which no cut takes away.
  std::string near;
  /// By the network of the nodes.
  std::string far;
};

/// The nodes of a bank as processes of their own, over one store, to which all sorts of things
/// happen. One thread.
class bank_nodes {
public:
  bank_nodes(bank_store store, std::chrono::milliseconds lease_time, private_network& network)
      : store_{std::move(store)}, lease_time_{lease_time}, network_{network} {}

  void start(const std::string& name);
  /// Has a fault happen, and waits as long as that takes. Whatever comes of it, those nodes run
  /// then that the plan says: fails the test where that cannot be had.
  void let_happen(const planned_fault& step);
  /// Fails the test where a node has ended that nobody told to.
  void check_all_run();
  /// Ends all in order; what each says and returns is checked.
  void stop_all();

  /// How often what has happened.
  const std::map<std::string, int>& happened() const noexcept { return happened_; }
  std::size_t running() const noexcept { return nodes_.size(); }

private:
  void kill(const std::string& name);
  void stop_for(const std::string& name, std::chrono::milliseconds length);
  void cut_off_for(const std::string& name, std::chrono::milliseconds length);
  void drain(const std::string& name);
  bool is_far_from_store(const std::string& name) const;

  bank_store store_;
  std::chrono::milliseconds lease_time_;
  private_network& network_;
  std::map<std::string, std::unique_ptr<program>> nodes_;
  std::map<std::string, int> happened_;
};

} // namespace annals::tests::cluster

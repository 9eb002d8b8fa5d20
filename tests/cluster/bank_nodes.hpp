#pragma once

#include "tests/cluster/private_network.hpp"
#include "tests/examples/program.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace annals::tests::cluster {

/// The nodes of a bank as processes of their own, over one store, to which all sorts of things
/// happen. One thread.
class bank_nodes {
public:
  /// `lease_time` in milliseconds. The same seed makes the same choices.
  bank_nodes(std::string store, int lease_time, std::uint32_t seed, private_network& network)
      : store_{std::move(store)}, lease_time_{lease_time}, random_{seed}, network_{network} {}

  void start(const std::string& name);
  /// Kills, stops or cuts off for longer than a lease, drains or adds a node, whatever comes next;
  /// waits as long as that takes, and for a while before.
  void let_something_happen();
  /// Starts those of these that do not run; the others are left as they are.
  void settle(const std::vector<std::string>& names);
  /// Ends all in order; what each says and returns is checked.
  void stop_all();

  /// How often what has happened.
  const std::map<std::string, int>& happened() const noexcept { return happened_; }
  std::size_t running() const noexcept { return nodes_.size(); }

private:
  const std::string& any();
  void kill_one();
  void stop_for_a_while();
  void cut_off_for_a_while();
  void drain_one();
  void add_one();
  void wait(int least, int most);

  std::string store_;
  int lease_time_;
  std::mt19937 random_;
  private_network& network_;
  std::map<std::string, std::unique_ptr<program>> nodes_;
  std::map<std::string, int> happened_;
};

} // namespace annals::tests::cluster

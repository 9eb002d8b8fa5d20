#pragma once

#include <annals/tools/bench/account.hpp>
#include <annals/tools/bench/bench.hpp>
#include <annals/tools/bench/forked.hpp>

#include <annals/actors/node.hpp>

#include <memory>
#include <string>
#include <vector>

namespace annals::tools::bench {

/// The settings of one of several nodes over a store.
config node_settings(const bench_run& run, const std::string& store, const std::string& name);

/// What the nodes are called that are processes of their own.
std::string node_name(std::uint64_t number);

/// Nodes in processes of their own; they end with the object.
class node_processes {
public:
  node_processes(const bench_run& run, const std::string& store, std::uint64_t count);

  /// Until each has started; what one of them fails with.
  result<void> wait_for_all();
  void kill(std::uint64_t number) { all_[number]->kill(); }

private:
  std::vector<std::unique_ptr<forked>> all_;
};

/// Whether it came to know so many, before a signal.
bool wait_until_known(const bench_run& run, node& to, std::size_t count);

using account_list = std::vector<std::string>;

/// Some hundred accounts that the node `of` has as `seen` sees it; each is asked once, so that it
/// is live.
result<account_list> accounts_of(node& seen, const std::string& of);

} // namespace annals::tools::bench

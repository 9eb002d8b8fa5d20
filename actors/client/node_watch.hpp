#pragma once

#include <annals/actors/cluster/known_nodes.hpp>
#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/lease_store.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace annals {

/// Looks, for a client, who is there: asks a node for the leases, now and then, on a thread of its
/// own. What it saw last stays as long as nobody answers.
class node_watch : public known_nodes {
public:
  explicit node_watch(std::unique_ptr<lease_store> leases)
      : known_nodes{""}, leases_{std::move(leases)} {}
  ~node_watch() { stop(); }

  /// Looks once. Blocks; gives `invalid_argument` where a node lacks what `domain` has.
  result<void> look_first(const registry& domain);
  /// Looks again and again from now on, and calls `changed` when others are there.
  void start(std::function<void()> changed);
  void stop();

  /// The node that has a duty now, or empty.
  std::string holder_of(const std::string& duty) const;

private:
  void run();
  result<void> look();

  std::unique_ptr<lease_store> leases_;
  std::function<void()> changed_;
  mutable std::mutex mutex_;
  std::vector<lease> seen_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace annals

#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/cluster/duty.hpp>
#include <annals/actors/cluster/member_card.hpp>
#include <annals/persistence/lease_store.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace annals {

/// This node among the others: has its lease, renews it, sees who else is there, and takes and
/// gives back the leases of what one node at a time does. Works on a thread of its own, since the
/// store may keep it waiting; what it knows is read from any thread without waiting.
class membership {
public:
  /// A projection or a process manager.
  struct task {
    std::shared_ptr<duty> what;
    /// Called on the thread of the membership when the duty has become this node's, or is no more.
    /// `ended` blocks until nothing is done any more, but not for long.
    std::function<void()> begun{};
    std::function<void()> ended{};
  };

  membership(cluster_settings settings, std::unique_ptr<lease_store> leases, member_card card);
  /// As `leave`.
  ~membership();

  /// Takes the lease of the node's name, which may have to run out first, and looks at those who
  /// are there. Blocks for up to somewhat more than a lease's time. Gives `lease_held` where
  /// another node has the name; `invalid_argument` where the clock is too far from the store's, or
  /// the domain does not fit those of the others; or what the store fails with.
  result<void> join();

  /// Tells the others where this node is reached, and begins to renew and to watch. `changed` is
  /// called on the thread of the membership each time that other nodes are there, or others leave;
  /// it must not block.
  void start(std::string address, std::vector<task> tasks, std::function<void()> changed);

  /// Gives everything back to the others, in order: tells them, hands over the duties, and calls
  /// `finish`, which returns when nothing of this node's is under way; then the lease is given
  /// back. Blocks until then. Does so once; later calls wait for the first.
  void leave(const std::function<void()>& finish = [] {});

  /// The nodes that are there, as this one last saw them. Any thread, never blocks.
  std::shared_ptr<const placement> nodes() const { return nodes_.load(std::memory_order_acquire); }
  const std::string& name() const noexcept { return settings_.name; }
  /// Of this run of the node.
  const std::string& incarnation() const noexcept { return incarnation_; }
  /// Whether somebody has asked this node to leave (`drain_wish`). Any thread.
  bool asked_to_leave() const noexcept { return asked_to_leave_; }

private:
  using clock = std::chrono::steady_clock;

  struct held_task : task {
    std::optional<lease> mine{};
    clock::time_point renewed{};
  };

  lease_claim claim_of(const std::string& name, std::string payload) const;
  result<void> take_name();
  result<void> check_clock();
  result<void> check_others();
  void run();
  void wait(std::chrono::milliseconds time);
  void look();
  void renew_own();
  void see(const std::vector<lease>& leases);
  void mind(held_task& one, const std::vector<lease>& leases);
  void try_begin(held_task& one);
  void renew(held_task& one);
  void give_back(held_task& one, bool release);
  void complain(const failure& why);
  std::string payload() const;

  const cluster_settings settings_;
  const std::string incarnation_;
  std::unique_ptr<lease_store> leases_;
  member_card card_;
  std::optional<lease> own_;
  clock::time_point renewed_{};
  std::vector<held_task> tasks_;
  std::function<void()> changed_;
  std::atomic<std::shared_ptr<const placement>> nodes_;
  std::atomic<bool> asked_to_leave_{false};
  failure trouble_;
  bool clock_differs_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool leaving_ = false;
  std::once_flag left_;
  std::thread thread_;
};

} // namespace annals

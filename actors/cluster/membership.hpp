#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/actors/cluster/duty.hpp>
#include <annals/actors/cluster/known_nodes.hpp>
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
class membership : public known_nodes {
public:
  /// A projection, a process manager, or a subscription's partition.
  struct task {
    std::shared_ptr<duty> what;
    /// Called on the thread of the membership when the duty has become this node's. Where it fails
    /// the duty is given back, for another node to have, and tried again after a while.
    std::function<result<void>()> begun{};
    /// Called there when the duty is this node's no more. Blocks until nothing is done any more,
    /// but not longer than it is told: the node's own lease has to be renewed meanwhile.
    std::function<void(std::chrono::milliseconds longest)> ended{};
  };

  membership(cluster_settings settings, std::unique_ptr<lease_store> leases, member_card card);
  /// As `leave`.
  ~membership();

  /// Takes the lease of the node's name, which may have to run out first, and looks at those who
  /// are there. Blocks for up to somewhat more than a lease's time. Gives `lease_held` where
  /// another node has the name; `invalid_argument` where the clock is too far from the store's, or
  /// the domain does not fit those of the others; or what the store fails with.
  result<void> join();

  /// What is called on the thread of the membership, and must not block.
  struct listener {
    /// Each time that other nodes are there, or others leave.
    std::function<void()> changed;
    /// A while after that, when the other nodes know it as well, and once more.
    std::function<void()> settled;
  };

  /// Tells the others where this node is reached, and begins to renew and to watch.
  void start(std::string address, std::vector<task> tasks, listener tell);

  /// Has more to do, from now on or from `start` on. Never blocks; does nothing after `leave`. Any
  /// thread.
  void take_on(std::vector<task> more);
  /// Does these no more: each that is this node's is ended and given back, for others to have.
  /// Blocks until then. Not from `begun` or `ended`; else any thread.
  void let_go(const std::vector<std::shared_ptr<duty>>& of);

  /// Tells the others, and whoever lists the nodes, which of them (by incarnation) this one does
  /// not reach. Never blocks; any thread.
  void note_unreachable(std::vector<std::string> incarnations);

  /// Gives everything back to the others, in order: tells them, hands over the duties, waits until
  /// each of them has seen it, and calls `finish`, which returns when nothing of this node's is
  /// under way; then the lease is given back. Blocks until then, also where the store is away,
  /// which keeps it from none of the steps and no longer than the store's own time-outs. Does so
  /// once; later calls wait for the first.
  void leave(const std::function<void()>& finish = [] {});

  /// Whether somebody has asked this node to leave (`drain_wish`). Any thread.
  bool asked_to_leave() const noexcept { return asked_to_leave_; }

  std::chrono::milliseconds lease_time() const noexcept { return settings_.lease_time; }

private:
  using clock = std::chrono::steady_clock;

  struct held_task : task {
    std::optional<lease> mine{};
    clock::time_point renewed{};
    clock::time_point begun_at{};
    /// How often in turn it could not be begun here, and when it is tried again.
    std::uint32_t failures = 0;
    clock::time_point not_before{};
    bool is_going = false;
  };

  // -- being there (membership.cpp) --------------------------------------------------
  lease_claim claim_of(const std::string& name, std::string payload) const;
  result<void> take_name();
  result<void> check_clock();
  result<void> check_others();
  void run();
  void wait(std::chrono::milliseconds time);
  void wait_for_change(std::chrono::milliseconds time);
  void look();
  bool renew_own();
  bool put_card();
  void see(const std::vector<lease>& leases);
  void say_settled();
  void forget_old_names();
  void complain(const failure& why);

  // -- who reaches whom (membership_reach.cpp) -----------------------------------------
  void tell_unreachable();
  void hear_unreachable(const std::vector<lease>& leases);

  // -- leaving (membership_leaving.cpp) -----------------------------------------------
  void note_leaving(const std::vector<lease>& leases);
  void finish_while_renewing(const std::function<void()>& finish);
  void tell_of_leaving();
  void wait_until_seen_leaving();
  bool all_have_seen(const std::vector<lease>& leases) const;

  // -- duties (membership_duties.cpp) -------------------------------------------------
  void change_tasks();
  void let_go_now(const std::vector<std::shared_ptr<duty>>& of);
  void end_changes();
  std::chrono::milliseconds longest_step() const { return settings_.lease_time / 3; }
  bool renew_what_is_due();
  void offer_duties();
  void mind(held_task& one, const std::vector<lease>& leases);
  void try_begin(held_task& one);
  bool renew(held_task& one);
  void leave_to_others(held_task& one, const failure& why);
  void give_back(held_task& one, bool release);
  void give_back_all();

  const cluster_settings settings_;
  std::unique_ptr<lease_store> leases_;
  member_card card_;
  std::optional<lease> own_;
  clock::time_point renewed_{};
  clock::time_point forgot_{};
  std::vector<held_task> tasks_;
  listener tell_;
  clock::time_point changed_at_{};
  int settled_left_ = 0;
  std::atomic<bool> asked_to_leave_{false};
  failure trouble_;
  bool clock_differs_ = false;
  // Who does not reach this node, for a message.
  std::string unreachable_for_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool leaving_ = false;
  std::vector<std::string> unreachable_;
  // What `take_on` and `let_go` want of the thread of the membership.
  std::vector<task> arriving_;
  std::vector<std::shared_ptr<duty>> departing_;
  std::condition_variable changed_tasks_;
  std::uint64_t changes_wanted_ = 0;
  std::uint64_t changes_made_ = 0;
  bool takes_no_changes_ = false;
  std::once_flag left_;
  std::thread thread_;
};

} // namespace annals

#include <annals/actors/cluster/membership.hpp>

#include <annals/actors/log.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <iterator>

namespace annals {

namespace {

constexpr std::uint32_t most_doublings = 6;

} // namespace

void membership::take_on(std::vector<task> more) {
  {
    std::lock_guard guard{mutex_};
    if (takes_no_changes_)
      return;
    std::ranges::move(more, std::back_inserter(arriving_));
    ++changes_wanted_;
  }
  wake_.notify_all();
}

void membership::let_go(const std::vector<std::shared_ptr<duty>>& of) {
  std::unique_lock lock{mutex_};
  if (takes_no_changes_)
    return;
  departing_.insert(departing_.end(), of.begin(), of.end());
  auto mine = ++changes_wanted_;
  wake_.notify_all();
  changed_tasks_.wait(lock, [&] { return takes_no_changes_ || changes_made_ >= mine; });
}

// What comes and goes at once has come first.
void membership::change_tasks() {
  std::unique_lock lock{mutex_};
  if (changes_made_ == changes_wanted_)
    return;
  auto arriving = std::exchange(arriving_, {});
  auto departing = std::exchange(departing_, {});
  auto made = changes_wanted_;
  lock.unlock();
  for (auto& one : arriving)
    tasks_.push_back({std::move(one)});
  if (!departing.empty())
    let_go_now(departing);
  lock.lock();
  changes_made_ = made;
  changed_tasks_.notify_all();
}

// The others have to see that they are offered no more before they are free.
void membership::let_go_now(const std::vector<std::shared_ptr<duty>>& of) {
  for (auto& one : tasks_)
    one.is_going = std::ranges::find(of, one.what) != of.end();
  offer_duties();
  renew_own();
  for (auto& one : tasks_)
    if (one.is_going) {
      renew_what_is_due();
      if (one.mine)
        give_back(one, true);
    }
  std::erase_if(tasks_, [](const held_task& one) { return one.is_going; });
}

void membership::end_changes() {
  std::lock_guard guard{mutex_};
  takes_no_changes_ = true;
  arriving_.clear();
  changed_tasks_.notify_all();
}

// Before each step that takes its time, so that a slow one costs no lease. Whether the store could
// be asked.
bool membership::renew_what_is_due() {
  return renew_own() && std::ranges::all_of(tasks_, [this](auto& one) { return renew(one); });
}

// What could not be begun here is not offered for a while: then it has its place elsewhere.
void membership::offer_duties() {
  if (card_.leaving)
    return;
  std::vector<std::string> offered;
  for (const auto& one : tasks_)
    if (one.not_before <= clock::now() && !one.is_going)
      offered.push_back(one.what->name());
  if (std::exchange(card_.duties, offered) != offered)
    renewed_ = {};
}

// Each duty has a place among the nodes that can do it, as streams have.
void membership::mind(held_task& one, const std::vector<lease>& leases) {
  const auto& name = one.what->name();
  auto nodes = nodes_.load(std::memory_order_acquire);
  const auto* owner = nodes->best(name, [&](const member& node) {
    return std::ranges::find(node.duties, name) != node.duties.end();
  });
  bool is_ours = owner != nullptr && owner->incarnation == incarnation_
                 && one.not_before <= clock::now() && !card_.leaving;
  if (one.mine && is_ours) {
    if (auto trouble = one.what->trouble())
      return leave_to_others(one, *trouble);
    if (clock::now() - one.begun_at > settings_.lease_time)
      one.failures = 0;
    return;
  }
  if (one.mine)
    return give_back(one, true);
  if (is_ours)
    return try_begin(one);
  auto holder = std::ranges::find(leases, name, &lease::name);
  auto node = holder == leases.end()
                  ? nodes->members().end()
                  : std::ranges::find(nodes->members(), holder->owner, &member::incarnation);
  one.what->is_done_by(node == nodes->members().end() ? "" : node->name);
}

void membership::try_begin(held_task& one) {
  auto asked = clock::now();
  auto taken = leases_->acquire(claim_of(one.what->name(), settings_.name));
  if (!taken) {
    if (taken.error().code != errc::lease_held)
      complain(taken.error());
    return;
  }
  one.mine = std::move(*taken);
  one.renewed = one.begun_at = asked;
  one.what->begin(one.mine->fence());
  log().info("node {}: takes over {}", settings_.name, one.what->name());
  auto begun = one.begun ? one.begun() : result<void>{};
  if (!begun)
    leave_to_others(one, begun.error());
}

// As long as nobody has taken it the lease is good, however late: the token says so.
bool membership::renew(held_task& one) {
  auto asked = clock::now();
  if (!one.mine || asked - one.renewed < settings_.lease_time / 3)
    return true;
  auto renewed = leases_->renew(claim_of(one.what->name(), settings_.name), one.mine->token);
  if (renewed) {
    one.renewed = asked;
    return true;
  }
  bool is_lost = renewed.error().code == errc::lease_lost;
  if (is_lost)
    give_back(one, false);
  else
    complain(renewed.error());
  return is_lost;
}

// The pause doubles, up to a minute or so where leases last three seconds.
void membership::leave_to_others(held_task& one, const failure& why) {
  auto pause = settings_.lease_time * (1U << std::min(one.failures++, most_doublings));
  log().error("node {}: cannot begin {}, and leaves it to others for {} ms: {}", settings_.name,
              one.what->name(), pause.count(), to_string(why));
  one.not_before = clock::now() + pause;
  // In this order: else this node would look like its place while the lease is free.
  offer_duties();
  renew_own();
  give_back(one, true);
}

void membership::give_back(held_task& one, bool release) {
  log().info("node {}: {} {}", settings_.name, release ? "hands over" : "has lost",
             one.what->name());
  // What is written while it ends is still written under the lease.
  if (one.ended)
    one.ended(longest_step());
  one.what->end();
  auto had = std::exchange(one.mine, std::nullopt);
  if (!release)
    return;
  if (auto released = leases_->release(had->name, had->token); !released)
    complain(released.error());
}

void membership::give_back_all() {
  for (auto& one : tasks_) {
    renew_what_is_due();
    if (one.mine)
      give_back(one, true);
  }
}

} // namespace annals

#include <annals/actors/cluster/membership.hpp>

#include <annals/actors/log.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/text.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

using std::chrono::milliseconds;

std::string seconds_text(std::chrono::microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

} // namespace

membership::membership(cluster_settings settings, std::unique_ptr<lease_store> leases,
                       member_card card)
    : settings_{std::move(settings)}, incarnation_{to_string(make_id())},
      leases_{std::move(leases)}, card_{std::move(card)}, nodes_{
                                                              std::make_shared<const placement>()} {
  card_.weight = settings_.weight;
}

membership::~membership() { leave(); }

lease_claim membership::claim_of(const std::string& name, std::string payload) const {
  return {name, incarnation_, std::move(payload), settings_.lease_time};
}

std::string membership::payload() const { return to_json(card_).value(); }

result<void> membership::join() {
  for (auto step : {&membership::check_clock, &membership::take_name, &membership::check_others})
    if (auto good = (this->*step)(); !good)
      return good;
  return {};
}

// A node that was killed has its lease for a while; one that lives renews it meanwhile.
result<void> membership::take_name() {
  auto name = node_lease(settings_.name);
  const auto give_up = clock::now() + settings_.lease_time + settings_.lease_time / 2;
  for (milliseconds least{milliseconds::max()};;) {
    auto taken = leases_->acquire(claim_of(name, payload()));
    renewed_ = clock::now();
    if (taken) {
      own_ = std::move(*taken);
      return {};
    }
    if (taken.error().code != errc::lease_held)
      return taken.error();
    auto holder = leases_->list(name);
    if (!holder)
      return holder.error();
    auto held = std::ranges::find(*holder, name, &lease::name);
    auto left = held == holder->end() ? milliseconds{0} : held->left;
    if (left > least || clock::now() >= give_up)
      return failure{errc::lease_held,
                     "there is a node " + annals::quoted(settings_.name) + " already"
                         + (held == holder->end()
                                ? ""
                                : ", at " + card_in(*held).value_or(member_card{}).address)
                         + "; give each node a name of its own (config::cluster, name)"};
    least = left;
    wait(std::clamp(left, milliseconds{1}, settings_.lease_time / 10));
  }
}

result<void> membership::check_clock() {
  auto theirs = leases_->clock();
  if (!theirs)
    return theirs.error();
  auto difference = std::chrono::abs(annals::now() - *theirs);
  if (difference > settings_.largest_clock_difference)
    return failure{errc::invalid_argument,
                   "the clock of this machine is " + seconds_text(difference)
                       + " from the store's, which is more than config::cluster's "
                         "largest_clock_difference ("
                       + seconds_text(settings_.largest_clock_difference)
                       + "); set it right, best by NTP"};
  return {};
}

// After the name was taken: of two that join at once each sees the other.
result<void> membership::check_others() {
  auto all = leases_->list(node_lease(""));
  if (!all)
    return all.error();
  for (const auto& one : *all) {
    auto card = one.is_live() && one.owner != incarnation_ ? card_in(one) : std::nullopt;
    if (!card)
      continue;
    auto name = one.name.substr(node_lease("").size());
    if (auto fits = check_beside(card_, name, *card); !fits)
      return fits;
  }
  see(*all);
  return {};
}

void membership::start(std::string address, std::vector<task> tasks,
                       std::function<void()> changed) {
  card_.address = std::move(address);
  for (auto& one : tasks) {
    card_.duties.push_back(one.what->name());
    tasks_.push_back({std::move(one)});
  }
  changed_ = std::move(changed);
  renewed_ = {};
  look();
  thread_ = std::thread{[this] { run(); }};
}

void membership::wait(milliseconds time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, time, [this] { return leaving_; });
}

void membership::run() {
  for (;;) {
    wait(settings_.lease_time / 6);
    {
      std::lock_guard guard{mutex_};
      if (leaving_)
        return;
    }
    look();
  }
}

void membership::look() {
  renew_own();
  auto all = leases_->list("");
  if (!all)
    return complain(all.error());
  trouble_ = {};
  auto wish = drain_wish(settings_.name);
  if (std::ranges::any_of(*all, [&](const auto& one) { return one.name == wish && one.is_live(); }))
    asked_to_leave_ = true;
  see(*all);
  for (auto& one : tasks_)
    mind(one, *all);
}

void membership::renew_own() {
  auto now = clock::now();
  if (now - renewed_ < settings_.lease_time / 3)
    return;
  auto claim = claim_of(node_lease(settings_.name), payload());
  auto renewed = leases_->renew(claim, own_ ? own_->token : 0);
  // It had run out, and another node of that name was there for a while: this one comes back when
  // the name is free again.
  if (!renewed && renewed.error().code == errc::lease_lost)
    renewed = leases_->acquire(claim);
  if (!renewed)
    return complain(renewed.error());
  own_ = std::move(*renewed);
  renewed_ = now;
  auto clock_is_good = check_clock();
  bool differs = !clock_is_good && clock_is_good.error().code == errc::invalid_argument;
  if (differs && !clock_differs_)
    log().warn("node {}: {}", settings_.name, clock_is_good.error().message);
  clock_differs_ = differs;
}

void membership::see(const std::vector<lease>& leases) {
  auto seen = std::make_shared<const placement>(members_in(leases));
  if (*seen == *nodes_.load(std::memory_order_acquire))
    return;
  std::string names;
  for (const auto& one : seen->members())
    names += ' ' + one.name + (one.weight > 0 ? "" : " (no share)");
  log().info("node {}: the nodes are{}", settings_.name, names);
  nodes_.store(std::move(seen), std::memory_order_release);
  if (changed_)
    changed_();
}

// Each duty has a place among the nodes that can do it, as streams have.
void membership::mind(held_task& one, const std::vector<lease>& leases) {
  const auto& name = one.what->name();
  auto nodes = nodes_.load(std::memory_order_acquire);
  const auto* owner = nodes->best(name, [&](const member& node) {
    return std::ranges::find(node.duties, name) != node.duties.end();
  });
  bool is_ours = owner != nullptr && owner->incarnation == incarnation_;
  if (one.mine && is_ours)
    return renew(one);
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
  one.renewed = asked;
  one.what->begin(one.mine->fence());
  log().info("node {}: takes over {}", settings_.name, one.what->name());
  if (one.begun)
    one.begun();
}

// As long as nobody has taken it the lease is good, however late: the token says so.
void membership::renew(held_task& one) {
  auto asked = clock::now();
  if (asked - one.renewed < settings_.lease_time / 3)
    return;
  auto renewed = leases_->renew(claim_of(one.what->name(), settings_.name), one.mine->token);
  if (renewed) {
    one.renewed = asked;
    return;
  }
  if (renewed.error().code == errc::lease_lost)
    return give_back(one, false);
  complain(renewed.error());
}

void membership::give_back(held_task& one, bool release) {
  log().info("node {}: {} {}", settings_.name, release ? "hands over" : "has lost",
             one.what->name());
  // What is written while it ends is still written under the lease.
  if (one.ended)
    one.ended();
  one.what->end();
  auto had = std::exchange(one.mine, std::nullopt);
  if (!release)
    return;
  if (auto released = leases_->release(had->name, had->token); !released)
    complain(released.error());
}

// The log hears of each trouble once; the next look may be better.
void membership::complain(const failure& why) {
  if (trouble_.code != why.code || trouble_.message.empty())
    log().warn("node {}: {}; it tries again", settings_.name, to_string(why));
  trouble_ = why;
}

void membership::leave(const std::function<void()>& finish) {
  std::call_once(left_, [&] {
    {
      std::lock_guard guard{mutex_};
      leaving_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable())
      thread_.join();
    bool is_member = own_ && !card_.address.empty();
    card_.leaving = true;
    renewed_ = {};
    if (is_member)
      look(); // tells the others, who look as often as this node does, and gives up the duties
    if (is_member && nodes()->members().size() > 1)
      std::this_thread::sleep_for(settings_.lease_time / 4);
    finish();
    if (own_)
      if (auto released = leases_->release(own_->name, own_->token); !released)
        complain(released.error());
    own_.reset();
    // The thread of an actor ends when nobody has a handle of it any more.
    tasks_.clear();
    changed_ = {};
  });
}

} // namespace annals

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
    : known_nodes{settings.name}, settings_{std::move(settings)}, leases_{std::move(leases)},
      card_{std::move(card)} {
  card_.weight = settings_.weight;
}

membership::~membership() { leave(); }

lease_claim membership::claim_of(const std::string& name, std::string payload) const {
  return {name, incarnation_, std::move(payload), settings_.lease_time};
}

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
    auto taken = leases_->acquire(claim_of(name, to_json(card_).value()));
    renewed_ = clock::now();
    if (taken) {
      own_ = std::move(*taken);
      return {};
    }
    // The writers' turn may be long.
    if (taken.error().code == errc::store_locked && clock::now() < give_up) {
      wait(settings_.lease_time / 10);
      continue;
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

void membership::start(std::string address, std::vector<task> tasks, listener tell) {
  card_.address = std::move(address);
  for (auto& one : tasks) {
    card_.duties.push_back(one.what->name());
    tasks_.push_back({std::move(one)});
  }
  tell_ = std::move(tell);
  renewed_ = {};
  look();
  thread_ = std::thread{[this] { run(); }};
}

void membership::wait(milliseconds time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, time, [this] { return leaving_; });
}

void membership::wait_for_change(milliseconds time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, time, [this] { return leaving_ || changes_wanted_ != changes_made_; });
}

void membership::run() {
  for (;;) {
    wait_for_change(settings_.lease_time / 6);
    {
      std::lock_guard guard{mutex_};
      if (leaving_)
        return;
    }
    look();
  }
}

void membership::look() {
  change_tasks();
  offer_duties();
  if (!renew_what_is_due())
    return;
  tell_unreachable();
  auto all = leases_->list("");
  if (!all)
    return complain(all.error());
  if (trouble_.code != errc::lease_held)
    trouble_ = {};
  auto is_wish = [&, name = drain_wish(settings_.name)](const lease& one) {
    // Whoever was drained and has been started again is not meant.
    return one.name == name && one.is_live()
           && (one.payload.empty() || one.payload == incarnation_);
  };
  if (std::ranges::any_of(*all, is_wish))
    asked_to_leave_ = true;
  see(*all);
  hear_unreachable(*all);
  say_settled();
  note_leaving(*all);
  for (auto& one : tasks_) {
    renew_what_is_due();
    mind(one, *all);
  }
  forget_old_names();
}

// Whether the store could be asked.
bool membership::renew_own() {
  if (clock::now() - renewed_ < settings_.lease_time / 3)
    return true;
  if (!put_card())
    return false;
  auto clock_is_good = check_clock();
  bool differs = !clock_is_good && clock_is_good.error().code == errc::invalid_argument;
  if (differs && !clock_differs_)
    log().warn("node {}: {}", settings_.name, clock_is_good.error().message);
  clock_differs_ = differs;
  return true;
}

bool membership::put_card() {
  auto now = clock::now();
  auto claim = claim_of(node_lease(settings_.name), to_json(card_).value());
  auto renewed = leases_->renew(claim, own_ ? own_->token : 0);
  // It had run out, and another node of that name was there for a while: this one comes back when
  // the name is free again.
  if (!renewed && renewed.error().code == errc::lease_lost)
    renewed = leases_->acquire(claim);
  if (!renewed) {
    complain(renewed.error());
    if (renewed.error().code != errc::lease_held)
      return false;
    // Another run has the name: what this one has left is looked after all the same, so that it
    // notices what it has lost, and gives back the rest.
    renewed_ = now;
    return true;
  }
  if (trouble_.code == errc::lease_held)
    trouble_ = {};
  own_ = std::move(*renewed);
  renewed_ = now;
  return true;
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
  changed_at_ = clock::now();
  settled_left_ = 2;
  if (tell_.changed)
    tell_.changed();
}

// At first, and when what nodes that saw it late have sent here is through.
void membership::say_settled() {
  const auto pause = settled_left_ == 2 ? settings_.lease_time / 2 : 2 * settings_.lease_time;
  if (settled_left_ == 0 || clock::now() - changed_at_ < pause)
    return;
  --settled_left_;
  if (tell_.settled)
    tell_.settled();
}

// Nodes may have a new name each time that they are started.
void membership::forget_old_names() {
  const auto after = 100 * settings_.lease_time;
  if (forgot_ != clock::time_point{} && clock::now() - forgot_ < after)
    return;
  forgot_ = clock::now();
  for (const auto& names : {node_lease(""), drain_wish("")})
    if (auto forgotten = leases_->forget(names, after); !forgotten)
      complain(forgotten.error());
}

// The log hears of each trouble once; the next look may be better.
void membership::complain(const failure& why) {
  if (trouble_.code != why.code || trouble_.message.empty())
    log().warn("node {}: {}; it tries again", settings_.name, to_string(why));
  trouble_ = why;
}

} // namespace annals

#include <annals/actors/cluster/membership.hpp>

#include <algorithm>
#include <utility>

namespace annals {

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
    if (is_member)
      tell_of_leaving();
    give_back_all();
    end_changes();
    if (is_member)
      wait_until_seen_leaving();
    finish_while_renewing(finish);
    if (own_)
      if (auto released = leases_->release(own_->name, own_->token); !released)
        complain(released.error());
    own_.reset();
    // The thread of an actor ends when nobody has a handle of it any more.
    tasks_.clear();
    tell_ = {};
  });
}

// Else the others would take what is still being carried out here for a dead node's.
void membership::finish_while_renewing(const std::function<void()>& finish) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::jthread renewing{[&](const std::stop_token& stop) {
    std::unique_lock lock{mutex};
    while (own_ && !wake.wait_for(lock, stop, settings_.lease_time / 6, [&] {
      return stop.stop_requested();
    }))
      renew_own();
  }};
  finish();
}

void membership::tell_of_leaving() {
  card_.leaving = is_leaving_ = true;
  card_.duties.clear();
  put_card();
  if (auto all = leases_->list(node_lease("")))
    see(*all);
}

// Commands that the others send here meanwhile are carried out. One of them that does not say what
// it has seen, as one that is stopped, is not waited for for long: it is told that this node is
// stopping, and sends the command elsewhere.
void membership::wait_until_seen_leaving() {
  const auto end = clock::now() + settings_.lease_time / 2;
  const auto between = std::clamp(settings_.lease_time / 60, std::chrono::milliseconds{1},
                                  std::chrono::milliseconds{50});
  for (;;) {
    auto all = leases_->list(node_lease(""));
    if (!all)
      return complain(all.error());
    if (all_have_seen(*all) || clock::now() >= end)
      return;
    std::this_thread::sleep_for(between);
    renew_own();
  }
}

bool membership::all_have_seen(const std::vector<lease>& leases) const {
  return std::ranges::all_of(leases, [&](const lease& one) {
    auto card = one.is_live() && one.owner != incarnation_ ? card_in(one) : std::nullopt;
    return !card || card->address.empty() || card->leaving
           || std::ranges::count(card->seen_leaving, incarnation_) != 0;
  });
}

// Those who leave wait until everybody has seen it.
void membership::note_leaving(const std::vector<lease>& leases) {
  std::vector<std::string> leaving;
  for (const auto& one : leases)
    if (auto card = one.is_live() && one.owner != incarnation_ ? card_in(one) : std::nullopt;
        card && card->leaving)
      leaving.push_back(one.owner);
  if (std::exchange(card_.seen_leaving, leaving) != leaving)
    put_card();
}

} // namespace annals

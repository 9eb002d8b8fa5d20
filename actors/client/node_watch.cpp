#include <annals/actors/client/node_watch.hpp>

#include <annals/actors/log.hpp>
#include <annals/messages/text.hpp>

#include <spdlog/logger.h>

#include <algorithm>

namespace annals {

namespace {

constexpr std::chrono::milliseconds between_looks_at_nodes{250};

result<void> check_known(const member_card& ours, std::string_view node, const member_card& known) {
  auto lacks = [&](const std::string& what) {
    return failure{errc::invalid_argument, "the node " + annals::quoted(node)
                                               + " is of another application, or of an older "
                                                 "build: it has no "
                                               + what
                                               + "; give the address of the right one, or start "
                                                 "the nodes' build anew"};
  };
  for (const auto& aggregate : ours.aggregates)
    if (std::ranges::find(known.aggregates, aggregate) == known.aggregates.end())
      return lacks("aggregate " + annals::quoted(aggregate));
  for (const auto& [event, version] : ours.events)
    if (!known.events.contains(event))
      return lacks("event " + annals::quoted(event));
  return {};
}

} // namespace

result<void> node_watch::look_first(const registry& domain) {
  if (auto looked = look(); !looked)
    return looked;
  auto ours = card_of(domain);
  for (const auto& one : seen_) {
    auto card = one.is_live() && one.name.starts_with(node_lease("")) ? card_in(one) : std::nullopt;
    if (!card)
      continue;
    auto name = std::string_view{one.name}.substr(node_lease("").size());
    if (auto good = check_known(ours, name, *card); !good)
      return good;
  }
  return {};
}

void node_watch::start(std::function<void()> changed) {
  changed_ = std::move(changed);
  thread_ = std::thread{[this] { run(); }};
}

void node_watch::stop() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void node_watch::run() {
  bool was_good = true;
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      if (wake_.wait_for(lock, between_looks_at_nodes, [this] { return stopping_; }))
        return;
    }
    auto looked = look();
    if (!looked && was_good)
      log().warn("the client cannot see which nodes are there: {}; it tries again",
                 looked.error().message);
    was_good = looked.has_value();
  }
}

result<void> node_watch::look() {
  auto all = leases_->list("");
  if (!all)
    return all.error();
  auto now = std::make_shared<const placement>(members_in(*all));
  {
    std::lock_guard guard{mutex_};
    seen_ = std::move(*all);
  }
  if (*now == *nodes())
    return {};
  nodes_.store(std::move(now), std::memory_order_release);
  if (changed_)
    changed_();
  return {};
}

std::string node_watch::holder_of(const std::string& duty) const {
  auto all = nodes();
  std::lock_guard guard{mutex_};
  auto held = std::ranges::find(seen_, duty, &lease::name);
  if (held == seen_.end())
    return {};
  auto node = std::ranges::find(all->members(), held->owner, &member::incarnation);
  return node == all->members().end() ? std::string{} : node->name;
}

} // namespace annals

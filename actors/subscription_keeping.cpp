#include <annals/actors/subscription_keeping.hpp>

#include <annals/actors/cluster/member_card.hpp>
#include <annals/actors/subscription_place.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/text.hpp>

#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <thread>

namespace annals {

namespace {

// Until another node has stored the number.
constexpr std::chrono::seconds longest_establishing{5};

// On the thread of the membership nothing waits for long: the node's leases are not renewed
// meanwhile.
caf::duration brief(const subscriptions_parts& node) {
  return node.nodes ? caf::duration{node.nodes->lease_time() / 3} : caf::duration{caf::infinite};
}

result<void> save_place(const subscriptions_parts& node, stored_model place,
                        const caf::duration& longest = caf::duration{caf::infinite}) {
  result<void> answer;
  caf::scoped_actor self{*node.system};
  self->request(node.journal, longest, save_model{std::move(place)})
      .receive([](finished) {}, [&](const caf::error& why) { answer = to_failure(why); });
  return answer;
}

// Leases that are held for a moment, so that no node hands out what is changed. Nothing is to be
// held where the node is alone.
class brief_hold {
public:
  explicit brief_hold(const subscriptions_parts& node)
      : node_{node}, owner_{to_string(make_id())} {}
  ~brief_hold() {
    // One that is not given back runs out.
    for (const auto& one : held_)
      (void)leases_->release(one.name, one.token);
  }
  brief_hold(const brief_hold&) = delete;
  brief_hold& operator=(const brief_hold&) = delete;

  result<void> take(const std::string& name) {
    if (!node_.nodes)
      return {};
    if (!leases_) {
      auto opened = node_.open_leases();
      if (!opened)
        return opened.error();
      leases_ = std::move(*opened);
    }
    auto taken = leases_->acquire({name, owner_, node_.nodes->name(), node_.nodes->lease_time()});
    if (!taken)
      return taken.error();
    held_.push_back(std::move(*taken));
    return {};
  }

  // Of the one that was taken first.
  lease_fence fence() const { return held_.empty() ? lease_fence{} : held_.front().fence(); }

  // The node that has a lease which could not be taken.
  std::string holder_of(const std::string& name) const {
    auto all = leases_->list(name);
    if (!all)
      return {};
    auto found = std::ranges::find(*all, name, &lease::name);
    return found == all->end() ? std::string{} : found->payload;
  }

private:
  const subscriptions_parts& node_;
  const std::string owner_;
  std::unique_ptr<lease_store> leases_;
  std::vector<lease> held_;
};

failure handed_out_elsewhere(const std::string& subscription, const std::string& node) {
  return {errc::invalid_argument, "the subscription " + annals::quoted(subscription)
                                      + " is handed out by "
                                      + (node.empty() ? "another node" : "the node " + node)
                                      + "; cancel its consumers there first"};
}

// Of two nodes that are the first at once, one stores the number, and the other sees it.
result<void> store_partitions(const subscriptions_parts& node, event_reader& reader,
                              const subscription_settings& settings, log_position begin,
                              std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  for (;;) {
    auto known = find_subscription(reader, settings.name);
    if (!known)
      return known.error();
    if (*known)
      return (*known)->partitions == settings.partitions
                 ? result<void>{}
                 : other_partitions(settings.name, (*known)->partitions, settings.partitions);
    brief_hold hold{node};
    auto held = hold.take(subscription_duty(settings.name));
    if (held) {
      // Again: it may have been stored before the lease was free.
      auto still = find_subscription(reader, settings.name);
      if (!still || *still)
        continue;
      auto row =
          stored_partitions(settings.name, {begin, settings.partitions, to_string(make_id())});
      row.fence = hold.fence();
      return save_place(node, std::move(row),
                        longest.count() == 0 ? brief(node) : caf::duration{caf::infinite});
    }
    if (held.error().code != errc::lease_held || std::chrono::steady_clock::now() > end)
      return held;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

} // namespace

result<log_position> establish(const subscriptions_parts& node, event_reader& reader,
                               const subscription_settings& settings) {
  auto begin = find_place(reader, settings);
  if (begin && settings.partitions > 1)
    if (auto stored = store_partitions(node, reader, settings, *begin, longest_establishing);
        !stored)
      return stored.error();
  return begin;
}

result<stored_model> take_over_place(const subscriptions_parts& node, event_reader& reader,
                                     const subscription_settings& settings, std::uint32_t partition,
                                     log_position otherwise, const lease_fence& fence) {
  // Where it was forgotten meanwhile; the thread of the membership does not wait.
  if (settings.partitions > 1)
    if (auto stored = store_partitions(node, reader, settings, otherwise, {}); !stored)
      return stored.error();
  auto known = find_subscription(reader, settings.name);
  if (!known)
    return known.error();
  if (*known && (*known)->partitions != settings.partitions)
    return other_partitions(settings.name, (*known)->partitions, settings.partitions);
  auto place = find_partition(reader, settings.name, partition,
                              known->value_or(known_subscription{otherwise}));
  // One that begins now is stored at once: nothing may have been acknowledged when the log has
  // grown and the application comes again.
  if (!place || (fence.empty() && *known))
    return place;
  place->fence = fence;
  if (auto saved = save_place(node, *place, brief(node)); !saved)
    return saved.error();
  return place;
}

result<void> forget_places(const subscriptions_parts& node, const std::string& subscription) {
  brief_hold hold{node};
  auto take = [&](const std::string& name) -> result<void> {
    auto held = hold.take(name);
    return held || held.error().code != errc::lease_held
               ? held
               : handed_out_elsewhere(subscription, hold.holder_of(name));
  };
  // While this one is held nobody stores another number of partitions.
  if (auto held = take(subscription_duty(subscription)); !held)
    return held;
  if (node.nodes) {
    auto reader = node.open_reader();
    if (!reader)
      return reader.error();
    auto known = find_subscription(**reader, subscription);
    // What cannot be read can be forgotten.
    auto partitions = known && *known ? (*known)->partitions : 1;
    for (std::uint32_t part = 0; partitions > 1 && part < partitions; ++part)
      if (auto held = take(subscription_duty(subscription, part)); !held)
        return held;
  }
  auto place = forgotten_place(subscription);
  place.fence = hold.fence();
  return save_place(node, std::move(place));
}

} // namespace annals

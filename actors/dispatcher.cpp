#include <annals/actors/dispatcher.hpp>

#include <annals/actors/in_place_actor.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/actors/population.hpp>
#include <annals/messages/text.hpp>

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

namespace {

// A command goes on to its aggregate in the sender's own call, so that the dispatcher never is the
// bottleneck.
class dispatcher final : public in_place_actor {
public:
  dispatcher(caf::actor_config& config, const registry* domain,
             std::shared_ptr<const aggregate_context> context)
      : in_place_actor{config}, domain_{domain}, context_{std::move(context)} {
    for (const auto& type : domain->aggregates())
      populations_.push_back(std::make_unique<populations>(type));
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (content.match_elements<command>())
      return dispatch(std::move(what), unit);
    if (what->mid.is_response())
      return one_finished();
    if (content.match_elements<stored_elsewhere>())
      return hand_on(std::move(what), unit);
    if (content.match_elements<passivate_idle_ones>())
      return passivate_idle();
    if (content.match_elements<passivate_moved_ones>())
      return passivate_moved();
    if (content.match_elements<finish>())
      return finish_all(std::move(what));
    if (content.match_elements<caf::exit_msg>())
      return quit(content.get_as<caf::exit_msg>(0).reason, unit);
    refuse(*what, caf::sec::unexpected_message, unit);
  }

private:
  void dispatch(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
    const auto& envelope = what->content().get_as<command>(0);
    auto all = find_populations(envelope.aggregate);
    if (all == nullptr)
      return dispatch_unknown(std::move(what), unit);
    auto& shard = all->shard_of(envelope.id);
    auto lock = shard.lock();
    auto* target = shard.find(envelope.id);
    bool spawns = target == nullptr;
    auto good = may_enter(envelope, target);
    if (good && spawns)
      target = &spawn(*all->type, shard, envelope.id, unit);
    if (good)
      good = count_in(envelope, *target);
    if (!good) {
      lock.unlock();
      return refuse(*what, to_caf_error(good.error()), unit);
    }
    shard.touch(*target, context_->clock());
    // Under the lock, so that a command taken before `finish` is in the mailbox before it, and that
    // an instance without commands under way has none in its mailbox either.
    caf::actor_cast<caf::abstract_actor*>(target->actor)->enqueue(std::move(what), unit);
    lock.unlock();
    if (spawns)
      keep_to_ceiling();
  }

  void dispatch_unknown(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
    const auto& envelope = what->content().get_as<command>(0);
    auto others = caf::actor_cast<caf::strong_actor_ptr>(context_->others);
    if (!others || envelope.goes_no_further)
      return refuse(*what, to_caf_error(unknown_aggregate(*domain_, envelope.aggregate)), unit);
    others->enqueue(std::move(what), unit);
  }

  void hand_on(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
    const auto& news = what->content().get_as<stored_elsewhere>(0);
    auto all = find_populations(news.aggregate);
    if (all == nullptr)
      return;
    auto& shard = all->shard_of(news.id);
    auto lock = shard.lock();
    if (auto* live = shard.find(news.id))
      caf::actor_cast<caf::abstract_actor*>(live->actor)->enqueue(std::move(what), unit);
  }

  resident& spawn(const aggregate_type& type, population& shard, const std::string& id,
                  caf::execution_unit* unit) {
    auto commands = std::make_shared<instance_traffic>();
    auto actor = spawn_aggregate(home_system(), type, id, context_, commands);
    auto& added = shard.add(id, std::move(actor), std::move(commands));
    if (unit == nullptr)
      leave_system();
    context_->counts->live.fetch_add(1, std::memory_order_relaxed);
    return added;
  }

  result<void> may_enter(const command& envelope, const resident* target) const {
    if (finishing_)
      return failure{errc::stopping, "the node is stopping; ask again after the restart"};
    return target == nullptr ? check_id(envelope.id) : result<void>{};
  }

  result<void> count_in(const command& envelope, resident& target) const {
    auto& all = *context_->commands;
    auto entered = all.enter(*target.commands);
    if (entered == traffic::admission::admitted)
      return {};
    context_->counts->overloaded.fetch_add(1, std::memory_order_relaxed);
    if (entered == traffic::admission::node_is_full)
      return failure{errc::overloaded, "the node has " + std::to_string(all.most().in_node)
                                           + " commands under way (config::commands_under_way); "
                                             "nothing was done, send it again later"};
    return failure{errc::overloaded,
                   "the stream " + annals::quoted(stream_name(envelope.aggregate, envelope.id))
                       + " has " + std::to_string(all.most().in_instance)
                       + " commands waiting (config::largest_queue); nothing "
                         "was done, send it again later"};
  }

  // The least recently used leave, as long as there are too many and one that has nothing to do.
  void keep_to_ceiling() {
    std::vector<population*> fruitless;
    while (context_->counts->live.load(std::memory_order_relaxed) > context_->live_aggregates) {
      auto* shard = shard_of_oldest(fruitless);
      if (shard == nullptr)
        return;
      if (!passivate_one(*shard, timestamp::max()))
        fruitless.push_back(shard);
    }
  }

  population* shard_of_oldest(const std::vector<population*>& except) {
    population* found = nullptr;
    auto oldest = timestamp::max();
    for (auto& one : populations_)
      for (auto& shard : one->shards)
        if (shard.oldest() < oldest && std::ranges::find(except, &shard) == except.end()) {
          found = &shard;
          oldest = shard.oldest();
        }
    return found;
  }

  bool passivate_one(population& shard, timestamp until) {
    auto lock = shard.lock();
    auto leaving = shard.take_idle(until);
    lock.unlock();
    if (!leaving)
      return false;
    let_leave(*leaving);
    return true;
  }

  void let_leave(const resident& leaving) {
    context_->counts->live.fetch_sub(1, std::memory_order_relaxed);
    context_->counts->passivated.fetch_add(1, std::memory_order_relaxed);
    caf::anon_send_exit(leaving.actor, caf::exit_reason::user_shutdown);
  }

  void passivate_moved() {
    if (!context_->is_here || finishing_)
      return;
    for (auto& one : populations_)
      for (auto& shard : one->shards) {
        auto lock = shard.lock();
        auto moved = shard.take_idle_ones(
            [&](const resident& live) { return !context_->is_here(one->type->name, live.id); });
        lock.unlock();
        for (const auto& each : moved)
          let_leave(*each);
      }
  }

  void passivate_idle() {
    if (context_->passivate_after <= context_->passivate_after.zero() || finishing_)
      return;
    auto until = context_->clock() - context_->passivate_after;
    for (auto& one : populations_)
      for (auto& shard : one->shards)
        while (shard.oldest() <= until && passivate_one(shard, until)) {}
  }

  populations* find_populations(std::string_view name) {
    for (auto& one : populations_)
      if (one->type->name == name)
        return one.get();
    return nullptr;
  }

  void refuse(caf::mailbox_element& what, const caf::error& why, caf::execution_unit* unit) {
    if (what.mid.is_request() && what.sender)
      what.sender->enqueue(nullptr, what.mid.response_id(), caf::make_message(why), unit);
  }

  void finish_all(caf::mailbox_element_ptr asked) {
    finish_asked_ = std::move(asked);
    finishing_ = true;
    unfinished_ = 1;
    each_actor([&](const aggregate_actor& actor) {
      ++unfinished_;
      caf::actor_cast<caf::strong_actor_ptr>(actor)->enqueue(
          ctrl(), caf::message_id{1}.with_normal_priority(), caf::make_message(finish{}), nullptr);
    });
    one_finished();
  }

  void one_finished() {
    if (--unfinished_ != 0)
      return;
    auto asked = std::move(finish_asked_);
    asked->sender->enqueue(ctrl(), asked->mid.response_id(), caf::make_message(finished{}),
                           nullptr);
  }

  void when_quitting() override {
    finishing_ = true;
    each_actor([&](const aggregate_actor& actor) {
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    });
    for (auto& one : populations_)
      for (auto& shard : one->shards) {
        auto lock = shard.lock();
        while (shard.take_any()) {}
      }
  }

  template <class Visit>
  void each_actor(Visit visit) {
    for (auto& one : populations_)
      for (auto& shard : one->shards) {
        auto lock = shard.lock();
        shard.each([&](const resident& live) { visit(live.actor); });
      }
  }

  const registry* domain_;
  std::shared_ptr<const aggregate_context> context_;
  std::vector<std::unique_ptr<populations>> populations_;
  std::atomic<bool> finishing_{false};
  std::atomic<std::size_t> unfinished_{0};
  caf::mailbox_element_ptr finish_asked_;
};

} // namespace

dispatcher_actor spawn_dispatcher(caf::actor_system& system, const registry& domain,
                                  std::shared_ptr<const aggregate_context> context) {
  caf::actor_config config{system.dummy_execution_unit()};
  return caf::make_actor<dispatcher, dispatcher_actor>(
      system.next_actor_id(), system.node(), &system, config, &domain, std::move(context));
}

} // namespace annals

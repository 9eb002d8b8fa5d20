#include <annals/actors/dispatcher.hpp>

#include <annals/actors/leave_system.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

namespace {

// Finds an id without making a string of it.
struct id_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view id) const noexcept {
    return boost::hash_range(id.begin(), id.end());
  }
};

using instances = boost::unordered_flat_map<std::string, aggregate_actor, id_hash, std::equal_to<>>;

// The live instances of one type whose ids fall into one shard.
struct population {
  std::mutex mutex;
  instances actors;
};

// All live instances of one type; callers of different threads seldom meet at the same lock.
struct populations {
  explicit populations(const aggregate_type& of) : type{&of} {}

  population& shard_of(std::string_view id) { return shards[id_hash{}(id) % shards.size()]; }

  const aggregate_type* type;
  std::array<population, 16> shards;
};

// Has neither a mailbox nor a thread: a command goes on to its aggregate in the sender's own call,
// as in CAF's actor pools, so that the dispatcher costs no message and never is the bottleneck.
class dispatcher final : public caf::monitorable_actor {
public:
  dispatcher(caf::actor_config& config, const registry* domain,
             std::shared_ptr<const aggregate_context> context)
      : caf::monitorable_actor{config}, domain_{domain}, context_{std::move(context)} {
    for (const auto& type : domain->aggregates())
      populations_.push_back(std::make_unique<populations>(type));
    register_at_system();
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (content.match_elements<command>())
      return dispatch(std::move(what), unit);
    if (what->mid.is_response())
      return one_finished();
    if (content.match_elements<finish>())
      return finish_all(std::move(what));
    if (content.match_elements<caf::exit_msg>())
      return quit(content.get_as<caf::exit_msg>(0).reason, unit);
    refuse(*what, caf::sec::unexpected_message, unit);
  }

  void on_destroy() override {
    if (getf(is_cleaned_up_flag))
      return;
    quit(caf::exit_reason::unreachable, nullptr);
    caf::monitorable_actor::on_destroy();
  }

private:
  void dispatch(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
    const auto& envelope = what->content().get_as<command>(0);
    auto all = find_populations(envelope.aggregate);
    if (all == nullptr)
      return refuse(*what, to_caf_error(unknown_aggregate(*domain_, envelope.aggregate)), unit);
    auto& shard = all->shard_of(envelope.id);
    std::unique_lock lock{shard.mutex};
    auto found = shard.actors.find(std::string_view{envelope.id});
    if (finishing_ || found == shard.actors.end()) {
      if (auto good = may_spawn(envelope); !good) {
        lock.unlock();
        return refuse(*what, to_caf_error(good.error()), unit);
      }
      auto spawned = spawn_aggregate(home_system(), *all->type, envelope.id, context_);
      found = shard.actors.emplace(envelope.id, std::move(spawned)).first;
      if (unit == nullptr)
        leave_system();
    }
    if (context_->writer)
      context_->writer->command_came();
    // Under the lock, so that a command taken before `finish` is in the mailbox before it.
    caf::actor_cast<caf::abstract_actor*>(found->second)->enqueue(std::move(what), unit);
  }

  result<void> may_spawn(const command& envelope) const {
    if (finishing_)
      return failure{errc::stopping, "the node is stopping; ask again after the restart"};
    return check_id(envelope.id);
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

  void quit(const caf::error& reason, caf::execution_unit* unit) {
    if (!cleanup(caf::error{reason}, unit))
      return;
    finishing_ = true;
    each_actor([&](const aggregate_actor& actor) {
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    });
    for (auto& one : populations_)
      for (auto& shard : one->shards) {
        instances gone;
        std::lock_guard guard{shard.mutex};
        gone.swap(shard.actors);
      }
    unregister_from_system();
  }

  template <class Visit>
  void each_actor(Visit visit) {
    for (auto& one : populations_)
      for (auto& shard : one->shards) {
        std::lock_guard guard{shard.mutex};
        for (auto& [id, actor] : shard.actors)
          visit(actor);
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

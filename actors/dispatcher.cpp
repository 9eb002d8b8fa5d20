#include <annals/actors/dispatcher.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

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

// The live instances of one type.
struct population {
  const aggregate_type* type = nullptr;
  instances actors;
};

class dispatcher_state {
public:
  static constexpr const char* name = "annals.dispatcher";
  using pointer = dispatcher_actor::stateful_pointer<dispatcher_state>;

  void init(pointer self, const registry* domain,
            std::shared_ptr<const aggregate_context> context) {
    self_ = self;
    domain_ = domain;
    context_ = std::move(context);
    for (const auto& type : domain->aggregates())
      populations_.push_back({&type, {}});
  }

  caf::result<receipt> dispatch(command& envelope) {
    if (finishing_)
      return make_error(errc::stopping, "the node is stopping; ask again after the restart");
    auto target = find_or_spawn(envelope);
    if (!target)
      return to_caf_error(target.error());
    return self_->delegate(*target, std::move(envelope));
  }

  caf::result<finished> on_finish() {
    finishing_ = true;
    finished_ = self_->make_response_promise<caf::typed_response_promise<finished>>();
    ++unfinished_;
    for (auto& one : populations_)
      for (auto& [id, actor] : one.actors)
        ask_to_finish(actor);
    one_finished();
    return caf::delegated<finished>{};
  }

private:
  result<aggregate_actor> find_or_spawn(const command& envelope) {
    auto population = find_population(envelope.aggregate);
    if (population == nullptr)
      return unknown_aggregate(*domain_, envelope.aggregate);
    auto found = population->actors.find(std::string_view{envelope.id});
    if (found != population->actors.end())
      return found->second;
    if (auto valid = check_id(envelope.id); !valid)
      return valid.error();
    auto spawned = spawn_aggregate(*self_, *population->type, envelope.id, context_);
    population->actors.emplace(envelope.id, spawned);
    return spawned;
  }

  population* find_population(std::string_view name) {
    for (auto& one : populations_)
      if (one.type->name == name)
        return &one;
    return nullptr;
  }

  void ask_to_finish(const aggregate_actor& actor) {
    ++unfinished_;
    self_->request(actor, caf::infinite, finish{})
        .then([this](finished) { one_finished(); }, [this](const caf::error&) { one_finished(); });
  }

  void one_finished() {
    if (--unfinished_ != 0)
      return;
    for (auto& one : populations_) {
      for (auto& [id, actor] : one.actors)
        self_->send_exit(actor, caf::exit_reason::user_shutdown);
      one.actors.clear();
    }
    finished_.deliver(finished{});
  }

  pointer self_ = nullptr;
  const registry* domain_ = nullptr;
  std::shared_ptr<const aggregate_context> context_;
  std::vector<population> populations_;
  bool finishing_ = false;
  caf::typed_response_promise<finished> finished_;
  std::size_t unfinished_ = 0;
};

dispatcher_actor::behavior_type dispatcher(dispatcher_state::pointer self, const registry* domain,
                                           std::shared_ptr<const aggregate_context> context) {
  self->state.init(self, domain, std::move(context));
  return {
      [self](command& envelope) { return self->state.dispatch(envelope); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

dispatcher_actor spawn_dispatcher(caf::actor_system& system, const registry& domain,
                                  std::shared_ptr<const aggregate_context> context) {
  return system.spawn(dispatcher, &domain, std::move(context));
}

} // namespace annals

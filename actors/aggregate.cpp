#include <annals/actors/aggregate.hpp>

#include <annals/actors/aggregate_state.hpp>

#include <utility>

namespace annals {

namespace {

aggregate_actor::behavior_type behavior(aggregate_state::pointer self, const aggregate_type* type,
                                        const std::string& id,
                                        std::shared_ptr<const aggregate_context> context,
                                        std::shared_ptr<instance_traffic> commands) {
  self->state.init(self, *type, id, std::move(context), std::move(commands));
  return {
      [self](command& envelope) -> caf::delegated<receipt> {
        self->state.on_command(std::move(envelope));
        return {};
      },
      [self](append_done& done) { self->state.on_append_done(std::move(done)); },
      [self](stream_page& page) { self->state.on_page(std::move(page)); },
      [self](stored_elsewhere& news) { self->state.on_stored_elsewhere(std::move(news)); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

aggregate_actor spawn_aggregate(caf::actor_system& system, const aggregate_type& type,
                                std::string id, std::shared_ptr<const aggregate_context> context,
                                std::shared_ptr<instance_traffic> commands) {
  return system.spawn<caf::lazy_init>(behavior, &type, std::move(id), std::move(context),
                                      std::move(commands));
}

aggregate_state::~aggregate_state() {
  for (auto* waiting : {&flight_, &next_, &stash_})
    for (auto& one : *waiting) {
      command_answered();
      one.caller.deliver(make_error(errc::stopping, "the aggregate was stopped before it had an "
                                                    "answer; send the command again with its id"));
    }
}

void aggregate_state::init(pointer self, const aggregate_type& type, const std::string& id,
                           std::shared_ptr<const aggregate_context> context,
                           std::shared_ptr<instance_traffic> commands) {
  self_ = self;
  commands_ = std::move(commands);
  type_ = &type;
  stream_ = stream_name(type.name, id);
  context_ = std::move(context);
  memory_ = command_memory{context_->remembered_commands};
}

void aggregate_state::on_command(command envelope) {
  pending_command next;
  next.caller = self_->make_response_promise<caf::typed_response_promise<receipt>>();
  next.envelope = std::move(envelope);
  prepare(next);
  if (mode_ == mode::live && !needs_recall(next))
    return decide(std::move(next));
  bool live = mode_ == mode::live;
  stash_.push_back(std::move(next));
  if (live)
    request_recall();
  else if (mode_ == mode::unloaded)
    load();
}

caf::result<finished> aggregate_state::on_finish() {
  if (idle() && stash_.empty())
    return finished{};
  auto promise = self_->make_response_promise<caf::typed_response_promise<finished>>();
  finishing_ = std::make_unique<caf::typed_response_promise<finished>>(promise);
  return caf::delegated<finished>{};
}

} // namespace annals

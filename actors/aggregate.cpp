#include <annals/actors/aggregate.hpp>

#include <annals/actors/aggregate_state.hpp>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

// Room for as many commands and events as come together often, made at once.
constexpr std::size_t few = 4;

aggregate_actor::behavior_type behavior(aggregate_state::pointer self, const aggregate_type* type,
                                        const std::string& id,
                                        std::shared_ptr<const aggregate_context> context) {
  self->state.init(self, *type, id, std::move(context));
  return {
      [self](command& envelope) -> caf::delegated<receipt> {
        self->state.on_command(std::move(envelope));
        return {};
      },
      [self](append_done& done) { self->state.on_append_done(std::move(done)); },
      [self](stream_page& page) { self->state.on_page(std::move(page)); },
      [self](finish) { return self->state.on_finish(); },
  };
}

} // namespace

aggregate_actor spawn_aggregate(caf::actor_system& system, const aggregate_type& type,
                                std::string id, std::shared_ptr<const aggregate_context> context) {
  return system.spawn<caf::lazy_init>(behavior, &type, std::move(id), std::move(context));
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
                           std::shared_ptr<const aggregate_context> context) {
  self_ = self;
  type_ = &type;
  stream_ = stream_name(type.name, id);
  context_ = std::move(context);
  memory_ = command_memory{context_->remembered_commands};
}

void aggregate_state::on_command(command envelope) {
  if (envelope.command_id.is_nil())
    envelope.command_id = make_id();
  if (envelope.correlation_id.is_nil())
    envelope.correlation_id = envelope.command_id;
  pending_command next;
  next.caller = self_->make_response_promise<caf::typed_response_promise<receipt>>();
  next.envelope = std::move(envelope);
  if (mode_ == mode::live)
    return decide(std::move(next));
  stash_.push_back(std::move(next));
  if (mode_ == mode::unloaded)
    load();
}

caf::result<finished> aggregate_state::on_finish() {
  if (idle() && stash_.empty())
    return finished{};
  auto promise = self_->make_response_promise<caf::typed_response_promise<finished>>();
  finishing_ = std::make_unique<caf::typed_response_promise<finished>>(promise);
  return caf::delegated<finished>{};
}

// -- deciding ------------------------------------------------------------------

void aggregate_state::decide(pending_command&& next) {
  if (auto known = memory_.find(next.envelope.command_id)) {
    next.what = pending_command::kind::repeat;
    if (known->position == 0)
      return queue(std::move(next));
    return answer(next);
  }
  next.answer = try_decide(next.envelope);
  bool has_events = next.answer && next.answer->events > 0;
  next.what = has_events ? pending_command::kind::with_events : pending_command::kind::fixed;
  queue(std::move(next));
}

result<receipt> aggregate_state::try_decide(const command& envelope) {
  if (type_->find_command(envelope.body.name()) == nullptr)
    return unknown_command(*type_, envelope.body.name());
  auto decided = instance_->decide(envelope.body);
  if (!decided) {
    if (decided.error().code == errc::domain_threw)
      mode_ = mode::settling;
    return decided.error();
  }
  auto events = static_cast<std::uint32_t>(decided->events.size());
  add_events(envelope, std::move(decided->events));
  return receipt{stream_, version_, 0, events, false};
}

void aggregate_state::add_events(const command& envelope, std::vector<decided_event> decided) {
  if (decided.empty())
    return;
  auto time = now();
  if (next_events_.empty())
    next_events_.reserve(std::max(decided.size(), few));
  for (auto& event : decided) {
    auto& added = next_events_.emplace_back();
    added.id = make_id();
    added.type = event.type->name;
    added.schema_version = event.type->schema_version;
    added.time = time;
    added.correlation_id = envelope.correlation_id;
    added.causation_id = envelope.command_id;
    added.metadata = envelope.metadata;
    added.payload = std::move(event.payload);
  }
  version_ += decided.size();
  auto events = static_cast<std::uint32_t>(decided.size());
  memory_.add({envelope.command_id, version_, 0, events});
}

// Nothing is answered before what it was decided on is durable: a rejection may stem from an
// event that is still under way.
void aggregate_state::queue(pending_command&& next) {
  bool at_once = idle();
  if (at_once && next.what == pending_command::kind::with_events && context_->writer)
    return store_at_once(std::move(next));
  if (at_once && next.what == pending_command::kind::fixed)
    answer(next);
  else
    wait_for_append(std::move(next));
  if (!appending_)
    advance();
}

void aggregate_state::wait_for_append(pending_command&& next) {
  if (next_.empty())
    next_.reserve(few);
  next_.push_back(std::move(next));
}

// Without the journal, where there is nobody to share a commit with.
void aggregate_state::store_at_once(pending_command&& next) {
  auto request = take_request();
  auto outcome = context_->writer->append_in_place(request);
  if (!outcome) {
    flight_.push_back(std::move(next));
    return send_append(std::move(request));
  }
  if (!*outcome) {
    flight_.push_back(std::move(next));
    return undo(outcome->error());
  }
  mark_durable(next, **outcome);
  answer(next);
}

void aggregate_state::send_append(append_request request) {
  appending_ = true;
  self_->send(context_->journal, append{std::move(request)},
              appender_actor{aggregate_actor{self_}});
}

append_request aggregate_state::take_request() {
  auto before = version_ - next_events_.size();
  return {stream_, before, std::exchange(next_events_, {})};
}

void aggregate_state::advance() {
  if (next_.empty())
    return settle_if_idle();
  flight_ = std::exchange(next_, {});
  if (next_events_.empty()) {
    answer_all(std::exchange(flight_, {}));
    return settle_if_idle();
  }
  send_append(take_request());
}

// -- answering -----------------------------------------------------------------

void aggregate_state::on_append_done(append_done done) {
  appending_ = false;
  if (!done.outcome)
    return undo(done.outcome.error());
  for (auto& one : flight_)
    mark_durable(one, *done.outcome);
  auto durable = std::exchange(flight_, {});
  if (next_events_.empty()) {
    answer_all(std::move(durable));
    return advance();
  }
  // The next append goes first, so that the journal does not wait for the receipts.
  advance();
  answer_all(std::move(durable));
}

void aggregate_state::mark_durable(pending_command& done, const appended& where) {
  if (done.what == pending_command::kind::repeat)
    take_first_receipt(done);
  if (done.what != pending_command::kind::with_events)
    return;
  done.answer->position = where.position - (where.version - done.answer->version);
  if (auto known = memory_.find(done.envelope.command_id))
    known->position = done.answer->position;
}

void aggregate_state::answer_all(std::vector<pending_command> done) {
  for (auto& one : done)
    answer(one);
}

void aggregate_state::take_first_receipt(pending_command& repeat) {
  if (auto known = memory_.find(repeat.envelope.command_id))
    repeat.answer = receipt{stream_, known->version, known->position, known->events, true};
  else if (!repeat.answer && repeat.answer.error().message.empty())
    repeat.answer = failure{errc::timed_out,
                            "the command was carried out before, and its receipt is remembered no "
                            "more; raise config::remembered_commands"};
}

void aggregate_state::answer(pending_command& done) {
  if (done.what == pending_command::kind::repeat)
    take_first_receipt(done);
  command_answered();
  if (done.answer)
    done.caller.deliver(std::move(*done.answer));
  else
    done.caller.deliver(to_caf_error(done.answer.error()));
}

// The commands whose own events were refused get the failure, unless another writer was first;
// everything else was decided on a state that never came to be and is decided again.
void aggregate_state::undo(const failure& why) {
  std::vector<pending_command> again;
  auto failed = std::exchange(flight_, {});
  for (auto& one : failed) {
    bool own = one.what == pending_command::kind::with_events;
    bool retry = why.code == errc::version_conflict && one.attempts < context_->most_attempts;
    ++one.attempts;
    if (own && !retry) {
      one.answer = why;
      answer(one);
    } else {
      again.push_back(std::move(one));
    }
  }
  for (auto& one : std::exchange(next_, {}))
    again.push_back(std::move(one));
  for (auto& one : std::exchange(stash_, {}))
    again.push_back(std::move(one));
  next_events_.clear();
  stash_ = std::move(again);
  instance_.reset();
  mode_ = mode::unloaded;
  settle_if_idle();
}

void aggregate_state::settle_if_idle() {
  if (!idle())
    return;
  if (mode_ == mode::settling)
    mode_ = mode::unloaded;
  if (mode_ == mode::unloaded && !stash_.empty())
    load();
  if (finishing_ && stash_.empty())
    std::exchange(finishing_, nullptr)->deliver(finished{});
}

} // namespace annals

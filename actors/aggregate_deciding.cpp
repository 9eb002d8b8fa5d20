#include <annals/actors/aggregate_state.hpp>
#include <annals/messages/json/in.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>
#include <annals/persistence/append_rules.hpp>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

failure too_large(const std::string& what, std::size_t size, std::size_t most) {
  return {errc::too_large, what + " has " + std::to_string(size) + " bytes, more than the "
                               + std::to_string(most)
                               + " that config::largest_payload allows; store large data elsewhere "
                                 "and refer to it"};
}

result<void> check_metadata(const std::string& metadata) {
  json_document document;
  auto parsed = document.parse(metadata);
  if (parsed && document.root().is_object())
    return {};
  return failure{errc::invalid_command,
                 "the command's metadata is not a JSON object"
                     + (parsed ? std::string{} : ": " + parsed.error().message)};
}

} // namespace

// -- before --------------------------------------------------------------------

void aggregate_state::prepare(pending_command& next) {
  auto& envelope = next.envelope;
  next.fresh = envelope.command_id.is_nil();
  if (next.fresh)
    envelope.command_id = make_id();
  if (envelope.correlation_id.is_nil())
    envelope.correlation_id = envelope.command_id;
  next.joint = find_joint(envelope.body);
  for (const auto& one : context_->around_commands) {
    if (!one.before || next.refusal || !concerns(one, next))
      continue;
    try {
      if (auto passed = one.before(envelope); !passed)
        next.refusal = passed.error();
    } catch (...) {
      next.refusal = failure{errc::domain_threw, "middleware threw: " + what_was_thrown()};
    }
  }
  if (next.refusal)
    return;
  if (auto good = check_sizes(envelope); !good)
    next.refusal = good.error();
  else if (auto body = present_body(envelope.body); !body)
    next.refusal = body.error();
  else
    envelope.body = std::move(*body);
  if (!next.refusal)
    find_others(next);
  if (next.refusal || next.fresh)
    return;
  if (auto text = envelope.body.to_json())
    next.digest = command_digest(envelope.body.name(), *text);
}

// As a value of the type that the domain has today: a digest of it is the same however the command
// was written down.
result<command_body> aggregate_state::present_body(const command_body& sent) const {
  auto body = context_->domain->present_command(*type_, sent);
  if (!body)
    return body.error();
  return body->decoded(*type_->find_command(body->name()));
}

result<void> aggregate_state::check_sizes(const command& envelope) const {
  auto most = context_->largest_payload;
  if (envelope.metadata.size() > most)
    return too_large("the command's metadata", envelope.metadata.size(), most);
  if (envelope.body.json_size() > most)
    return too_large("the command " + std::string{envelope.body.name()}, envelope.body.json_size(),
                     most);
  return envelope.metadata.empty() ? result<void>{} : check_metadata(envelope.metadata);
}

// Of a joint command the events of this stream tell only a part.
bool aggregate_state::needs_recall(const pending_command& next) {
  return !recalled_ && !next.fresh
         && (next.joint != nullptr || memory_.find(next.envelope.command_id) == nullptr);
}

// -- deciding ------------------------------------------------------------------

void aggregate_state::decide(pending_command&& next) {
  if (!next.fresh && answer_from_memory(next))
    return;
  next.reservations.clear();
  if (next.joint != nullptr && !refuse(next))
    return join(std::move(next));
  next.answer = try_decide(next);
  bool has_events = next.answer && next.answer->events > 0;
  next.what = has_events ? pending_command::kind::with_events : pending_command::kind::recorded;
  if (!has_events)
    record(next);
  queue(std::move(next));
}

command_memory::entry* aggregate_state::find_known(const pending_command& next) {
  auto* remembered = memory_.find(next.envelope.command_id);
  return remembered != nullptr ? remembered : next.known.get();
}

// A command that came before: it waits for what it waits for, or is answered as then.
bool aggregate_state::answer_from_memory(pending_command& next) {
  auto* known = find_known(next);
  if (known == nullptr)
    return false;
  bool other = known->digest != 0 && next.digest != 0 && known->digest != next.digest;
  if (next.refusal || other) {
    next.what = pending_command::kind::fixed;
    next.answer = other ? failure{errc::command_id_reused,
                                  "the command id " + to_string(next.envelope.command_id)
                                      + " was used before for another command to " + quoted(stream_)
                                      + "; give each command an id of its own"}
                        : *next.refusal;
    queue(std::move(next));
    return true;
  }
  next.what = pending_command::kind::repeat;
  if (known->durable)
    answer(next);
  else
    queue(std::move(next));
  return true;
}

result<receipt> aggregate_state::try_decide(pending_command& next) {
  const auto& envelope = next.envelope;
  if (auto refused = refuse(next))
    return *refused;
  auto made = instance_->decide(envelope.body);
  if (!made) {
    if (made.error().code == errc::domain_threw)
      mode_ = mode::settling;
    return made.error();
  }
  if (auto good = check_payloads(made->events, stream_); !good) {
    mode_ = mode::settling; // the state has taken in what is not to be stored
    return good.error();
  }
  auto events = static_cast<std::uint32_t>(made->events.size());
  next.reservations = std::move(made->reservations);
  add_events(next, std::move(made->events));
  return receipt{stream_, version_, 0, events, false};
}

std::optional<failure> aggregate_state::refuse(const pending_command& next) const {
  const auto& envelope = next.envelope;
  if (next.refusal)
    return next.refusal;
  if (envelope.deadline != timestamp{} && context_->clock() >= envelope.deadline)
    return failure{errc::expired, "the deadline of the command passed before it was decided; ask "
                                  "again if the answer is still wanted"};
  if (envelope.expected_version && *envelope.expected_version != version_)
    return failure{errc::version_conflict, "the stream " + quoted(stream_) + " is at version "
                                               + std::to_string(version_) + ", not at the expected "
                                               + std::to_string(*envelope.expected_version)
                                               + "; look at it again"};
  return std::nullopt;
}

result<void> aggregate_state::check_payloads(const std::vector<decided_event>& events,
                                             const std::string& stream) const {
  for (const auto& event : events)
    if (event.payload.size() > context_->largest_payload)
      return too_large("an event " + event.type->name + " for stream " + quoted(stream),
                       event.payload.size(), context_->largest_payload);
  return {};
}

void aggregate_state::add_events(const pending_command& next, std::vector<decided_event> decided) {
  if (!next.reservations.empty()) {
    auto& all = next_extras().reservations;
    all.insert(all.end(), next.reservations.begin(), next.reservations.end());
  }
  if (decided.empty())
    return;
  version_ += decided.size();
  auto events = static_cast<std::uint32_t>(decided.size());
  if (next_events_.empty())
    next_events_.reserve(std::max(decided.size(), few));
  put_events(next_events_, next, std::move(decided));
  if (!next.fresh && next.joint == nullptr) // a joint command is remembered by its outcome
    memory_.add({next.envelope.command_id, version_, 0, events, false, next.digest, {}});
}

void aggregate_state::put_events(std::vector<new_event>& to, const pending_command& next,
                                 std::vector<decided_event> decided) const {
  const auto& envelope = next.envelope;
  auto time = context_->clock();
  for (auto& event : decided) {
    auto& added = to.emplace_back();
    added.id = make_id();
    added.type = event.type->name;
    added.schema_version = event.type->schema_version;
    added.time = time;
    added.correlation_id = envelope.correlation_id;
    added.causation_id = envelope.command_id;
    added.metadata = envelope.metadata;
    added.payload = std::move(event.payload);
    added.command_digest = next.digest;
  }
}

// What led to no events, or to events of several streams, is stored as well, so that a repeat is
// answered alike and the command is found by its correlation id. Only what is final is remembered:
// another failure may go away.
void aggregate_state::record(const pending_command& next) {
  const auto& envelope = next.envelope;
  auto& outcome = next_extras().outcomes.emplace_back();
  outcome.command_id = envelope.command_id;
  outcome.correlation_id = envelope.correlation_id;
  outcome.stream = stream_;
  outcome.command = envelope.body.name();
  outcome.time = context_->clock();
  outcome.digest = next.digest;
  outcome.version = version_;
  if (next.answer)
    outcome.events = next.answer->events;
  else
    outcome.why = next.answer.error();
  if (!is_final(outcome) || next.fresh)
    return;
  command_memory::entry entry{envelope.command_id, version_, 0, outcome.events, false,
                              next.digest,         {}};
  if (outcome.why)
    entry.why = std::make_shared<const failure>(*outcome.why);
  memory_.add(std::move(entry));
}

} // namespace annals

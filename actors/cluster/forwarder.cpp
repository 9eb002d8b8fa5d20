#include <annals/actors/cluster/forwarder_state.hpp>

#include <annals/actors/cluster/unending_actor.hpp>
#include <annals/actors/other_builds.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/stream_name.hpp>
#include <annals/messages/text.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace annals {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 50ms;
constexpr auto shortest_hold = 20ms;
constexpr std::size_t longest_names = 4096;

// Longer than it takes to hear of another node.
constexpr int part_of_lease_to_hear = 2;

// Whether the command was not carried out by that node for a reason that concerns the node, or the
// moment, and not the command.
bool is_not_now(const command& envelope, const caf::error& why) {
  if (why.category() != caf::atom("annals")) // of CAF itself: nobody was there to answer
    return true;
  auto code = static_cast<errc>(why.code());
  return code == errc::stopping || (code == errc::version_conflict && !envelope.expected_version);
}

} // namespace

void forwarder_state::init(pointer self, forwarder_parts parts) {
  self_ = self;
  parts_ = std::move(parts);
  on_look_again();
}

caf::result<receipt> forwarder_state::on_command(command&& envelope) {
  if (finished_)
    return make_error(errc::stopping, "the node is stopping; ask again after the restart");
  if (pending_.size() >= parts_.most)
    return make_error(errc::overloaded,
                      "the node has " + std::to_string(parts_.most)
                          + " commands that wait for other nodes (config::commands_under_way); "
                            "nothing was done, send it again later");
  if (auto good = prepare(envelope); !good)
    return to_caf_error(good.error());
  auto number = ++last_number_;
  auto& one = pending_[number];
  one.envelope = std::move(envelope);
  one.caller = self_->make_response_promise<caf::typed_response_promise<receipt>>();
  one.since = clock::now();
  one.stream = stream_name(one.envelope.aggregate, one.envelope.id);
  const bool is_next = !waiting_of_.contains(one.stream);
  begin_to_wait(one);
  if (is_next)
    place(number);
  return caf::delegated<receipt>{};
}

// Makes an id, and the JSON that is sent, once for all attempts.
result<void> forwarder_state::prepare(command& envelope) const {
  // What is longer than the others take would end the connection that all share.
  if (auto good = check_id(envelope.id); !good)
    return good;
  if (envelope.aggregate.size() + envelope.body.name().size() > longest_names)
    return failure{errc::invalid_argument,
                   "the names of an aggregate and its command are longer than "
                       + std::to_string(longest_names) + " bytes; correct the command"};
  if (envelope.command_id.is_nil())
    envelope.command_id = make_id();
  auto json = envelope.body.to_json();
  if (!json)
    return json.error();
  auto size = std::max(json->size(), envelope.metadata.size());
  if (size > parts_.largest_payload)
    return failure{errc::too_large,
                   "a command of " + std::to_string(size) + " bytes is larger than "
                       + std::to_string(parts_.largest_payload)
                       + " (config::largest_payload); store large data elsewhere and refer to it"};
  envelope.body = command_body::json(std::string{envelope.body.name()}, std::move(*json),
                                     envelope.body.schema_version());
  return {};
}

void forwarder_state::place(std::uint64_t number) {
  auto& one = pending_.at(number);
  auto nodes = parts_.nodes->nodes();
  const auto* owner = find_owner(*nodes, one);
  if (owner == nullptr) {
    if (!may_be_done(one))
      return deliver(number, one.not_known);
    return hold(one, {errc::stopping,
                      "no node is there that could have the stream " + annals::quoted(one.stream)});
  }
  if (owner->incarnation == parts_.nodes->incarnation())
    return ask(number, parts_.dispatcher, owner->incarnation);
  auto known = peers_.find(owner->incarnation);
  if (known == peers_.end() || !known->second.gateway)
    return hold(one, {errc::stopping, "the node " + annals::quoted(owner->name) + " at "
                                          + owner->address + " is not connected"});
  ask(number, known->second.gateway, owner->incarnation);
}

// With a time-out of ours: CAF loses a request, without a word, when the connection breaks.
template <class Target>
void forwarder_state::ask(std::uint64_t number, const Target& target,
                          const std::string& incarnation) {
  auto& one = pending_.at(number);
  begin_at(one, incarnation);
  auto attempt = ++one.attempt;
  one.envelope.goes_no_further = true;
  self_->request(target, parts_.settings.give_up, one.envelope)
      .then([this, number](const receipt& answer) { on_receipt(number, answer); },
            [this, number, attempt](const caf::error& why) { on_error(number, attempt, why); });
}

void forwarder_state::on_receipt(std::uint64_t number, const receipt& answer) {
  auto found = pending_.find(number);
  if (found == pending_.end())
    return;
  found->second.caller.deliver(answer);
  end(found);
}

void forwarder_state::on_error(std::uint64_t number, std::uint64_t attempt, const caf::error& why) {
  auto found = pending_.find(number);
  if (found == pending_.end() || found->second.attempt != attempt)
    return;
  auto& one = found->second;
  if (!is_not_now(one.envelope, why) && !may_be_done_elsewhere(one, why))
    return deliver(number, to_failure(why));
  leave(one);
  hold(one, to_failure(why));
}

// While nodes are restarted into a newer build one after the other, the node that has a stream may
// not know the command, or an event: then the next one is asked, each of them once.
bool forwarder_state::may_be_done_elsewhere(pending& one, const caf::error& why) const {
  if (!may_be_known_elsewhere(to_failure(why).code))
    return false;
  if (one.too_old.empty())
    one.not_known_since = clock::now();
  one.too_old.push_back(one.at);
  one.not_known = to_failure(why);
  return true;
}

// Whether some other node may still come that can do it. Who has written an event is there, or was,
// and this node may not have heard of him yet; nobody need know a command.
bool forwarder_state::may_be_done(const pending& one) const {
  if (one.too_old.empty())
    return true;
  const bool is_of_domain =
      one.not_known.code == errc::unknown_aggregate || one.not_known.code == errc::unknown_command;
  return !is_of_domain
         && clock::now() - one.not_known_since < parts_.settings.lease_time / part_of_lease_to_hear;
}

const member* forwarder_state::find_owner(const placement& nodes, const pending& one) const {
  return nodes.best(one.stream, [&](const member& node) {
    return may_be_reached(node) && std::ranges::count(one.too_old, node.incarnation) == 0;
  });
}

void forwarder_state::hold(pending& one, failure why) {
  one.last = std::move(why);
  one.not_before = clock::now() + shortest_hold;
}

void forwarder_state::deliver(std::uint64_t number, const failure& why) {
  auto found = pending_.find(number);
  found->second.caller.deliver(to_caf_error(why));
  end(found);
}

void forwarder_state::end(std::map<std::uint64_t, pending>::iterator answered) {
  leave(answered->second);
  end_to_wait(answered->second);
  pending_.erase(answered);
  finish_if_idle();
}

forwarder_state::clock::duration forwarder_state::patience() const {
  return finished_ ? parts_.settings.lease_time : parts_.settings.give_up;
}

void forwarder_state::end_late() {
  auto now = clock::now();
  std::vector<std::uint64_t> late;
  for (const auto& [number, one] : pending_)
    if (now - (finished_ ? finish_since_ : one.since) > patience())
      late.push_back(number);
  for (auto number : late) {
    const auto& one = pending_.at(number);
    auto why = one.last.message.empty() ? std::string{"the node that has it does not answer"}
                                        : one.last.message;
    deliver(number, {errc::timed_out, "the command was not answered in time: " + why
                                          + "; it may still be carried out: send it again with "
                                            "the same id, "
                                          + to_string(one.envelope.command_id)});
  }
}

void forwarder_state::on_look_again() {
  see_peers();
  ping_silent_peers();
  tell_unreachable();
  end_late();
  place_waiting();
  self_->delayed_send(self_, between_looks, go_on{});
}

caf::result<finished> forwarder_state::on_finish() {
  finished_ = std::make_unique<caf::typed_response_promise<finished>>(
      self_->make_response_promise<caf::typed_response_promise<finished>>());
  finish_since_ = clock::now();
  finish_if_idle();
  return caf::delegated<finished>{};
}

void forwarder_state::finish_if_idle() {
  if (finished_ && pending_.empty() && finished_->pending())
    finished_->deliver(finished{});
}

namespace {

class forwarder final : public unending_actor<forwarder_state, forwarder_actor> {
public:
  forwarder(caf::actor_config& config, forwarder_parts parts)
      : unending_actor{config}, parts_{std::move(parts)} {
    set_down_handler([this](const caf::down_msg& gone) { state.on_down(gone.source); });
  }

  behavior_type make_behavior() override {
    state.init(this, std::move(parts_));
    return {
        [this](command& envelope) { return state.on_command(std::move(envelope)); },
        [this](look_again) { state.on_membership_changed(); },
        [this](go_on) { state.on_look_again(); },
        [this](send_waiting) { state.on_send_waiting(); },
        [this](hello_atom, const std::string& incarnation, const caf::strong_actor_ptr& gateway) {
          state.on_hello(incarnation, gateway);
        },
        [this](finish) { return state.on_finish(); },
        [this](close_connections) {
          state.let_all_go();
          quit(caf::exit_reason::user_shutdown);
        },
    };
  }

private:
  forwarder_parts parts_;
};

} // namespace

forwarder_actor spawn_forwarder(caf::actor_system& system, forwarder_parts parts) {
  return system.spawn<forwarder>(std::move(parts));
}

} // namespace annals

#include <annals/actors/aggregate_state.hpp>
#include <annals/actors/log.hpp>
#include <annals/actors/other_builds.hpp>
#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

// -- answering -----------------------------------------------------------------

void aggregate_state::on_append_done(append_done done) {
  appending_ = false;
  if (!done.outcome)
    return undo(done.outcome.error());
  for (auto& one : flight_)
    mark_durable(one, *done.outcome);
  send_snapshot(own_place(flight_, *done.outcome));
  tell_others(done.spent, *done.outcome);
  auto durable = std::exchange(flight_, {});
  if (!has_something_to_store()) {
    answer_all(std::move(durable));
    return advance();
  }
  // The next append goes first, so that the journal does not wait for the receipts.
  advance();
  answer_all(std::move(durable));
}

void aggregate_state::mark_durable(pending_command& done, const appended& where) {
  using kind = pending_command::kind;
  if (done.what == kind::repeat)
    take_first_receipt(done);
  if (done.what != kind::with_events && done.what != kind::recorded)
    return;
  if (done.joint != nullptr && done.answer)
    done.answer->position = where.position;
  else if (done.what == kind::with_events)
    done.answer->position = where.position - (where.version - done.answer->version);
  if (done.fresh)
    return;
  auto* known = memory_.find(done.envelope.command_id);
  if (known == nullptr || known->durable)
    return;
  known->durable = true;
  known->position = done.answer ? done.answer->position : 0;
}

void aggregate_state::answer_all(std::vector<pending_command> done) {
  for (auto& one : done)
    answer(one);
}

void aggregate_state::take_first_receipt(pending_command& repeat) {
  auto* known = find_known(repeat);
  if (known == nullptr) {
    if (!repeat.answer && repeat.answer.error().message.empty())
      repeat.answer =
          failure{errc::timed_out, "the command was carried out before, and its receipt is "
                                   "remembered no more; raise config::remembered_commands"};
  } else if (known->why) {
    repeat.answer = *known->why;
  } else {
    repeat.answer = receipt{stream_, known->version, known->position, known->events, true};
  }
}

void aggregate_state::answer(pending_command& done) {
  if (done.what == pending_command::kind::repeat)
    take_first_receipt(done);
  if (ask_others(done))
    return;
  run_after(done);
  command_answered();
  if (done.answer)
    done.caller.deliver(std::move(*done.answer));
  else
    done.caller.deliver(to_caf_error(done.answer.error()));
}

// Where this build of the program does not know the command, or an event of the stream, another
// node may have a later one.
bool aggregate_state::ask_others(pending_command& done) {
  if (done.answer || !may_be_known_elsewhere(done.answer.error().code)
      || done.envelope.goes_no_further)
    return false;
  auto others = caf::actor_cast<caf::strong_actor_ptr>(context_->others);
  if (!others)
    return false;
  command_answered();
  done.caller.delegate(caf::actor_cast<dispatcher_actor>(others), std::move(done.envelope));
  return true;
}

// In the order opposite to that before the command, so that the first is outermost.
void aggregate_state::run_after(const pending_command& done) const {
  const auto& around = context_->around_commands;
  for (auto one = around.rbegin(); one != around.rend(); ++one) {
    if (!one->after || !concerns(*one, done))
      continue;
    try {
      one->after(done.envelope, done.answer);
    } catch (...) { // the command has its answer already
      log().warn("middleware threw after command {} of {}: {}", done.envelope.body.name(), stream_,
                 what_was_thrown());
    }
  }
}

namespace {

// The command whose value is taken: the message names it. Null where none of them takes a value.
pending_command* find_refused(std::vector<pending_command>& failed, const failure& why) {
  pending_command* found = nullptr;
  for (auto& one : failed)
    for (const auto& wish : one.reservations)
      if (!wish.release && why.message.find(annals::quoted(wish.value)) != std::string::npos)
        return &one;
      else if (!wish.release && found == nullptr)
        found = &one;
  return found;
}

bool names(const failure& why, stream_version version, std::string_view stream) {
  return why.message.find("at version " + std::to_string(version) + " of stream "
                          + annals::quoted(stream))
         != std::string::npos;
}

// The command whose event an inline projection cannot take in: the message names it. Null where
// that is none of them.
pending_command* find_not_taken_in(std::vector<pending_command>& failed, const failure& why,
                                   std::string_view stream) {
  for (auto& one : failed) {
    if (!one.answer || one.answer->events == 0)
      continue;
    const auto own = one.answer->events - one.elsewhere;
    for (stream_version back = 0; back < own; ++back)
      if (names(why, one.answer->version - back, stream))
        return &one;
    for (const auto& other : one.others)
      if (why.message.find(" of stream " + annals::quoted(stream_name(other.aggregate, other.id)))
          != std::string::npos)
        return &one;
  }
  return nullptr;
}

} // namespace

// The commands whose own events were refused get the failure, unless another writer was first;
// everything else was decided on a state that never came to be and is decided again. Of several
// that take a value each, one at a time is told that it is taken: all others go on. So do all but
// the one whose event an inline projection cannot take in.
void aggregate_state::undo(const failure& why) {
  using kind = pending_command::kind;
  std::vector<pending_command> again;
  auto failed = std::exchange(flight_, {});
  auto* refused = why.code == errc::already_taken ? find_refused(failed, why) : nullptr;
  if (refused != nullptr)
    refused->refusal = why;
  const auto* not_taken_in =
      why.code == errc::domain_threw ? find_not_taken_in(failed, why, stream_) : nullptr;
  for (auto& one : failed) {
    bool own = one.what == kind::with_events || one.what == kind::recorded;
    bool retry = refused != nullptr || (not_taken_in != nullptr && &one != not_taken_in)
                 || (why.code == errc::version_conflict && one.attempts < context_->most_attempts);
    if (refused == nullptr && not_taken_in == nullptr)
      ++one.attempts;
    if (own && !retry) {
      one.answer = why;
      answer(one);
    } else {
      again.push_back(std::move(one));
    }
  }
  for (auto* waiting : {&next_, &stash_})
    for (auto& one : std::exchange(*waiting, {}))
      again.push_back(std::move(one));
  next_events_.clear();
  next_extras_.reset();
  snapshot_.reset();
  others_.clear();
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
  if (mode_ == mode::joining && others_.empty())
    read_others();
  if (mode_ == mode::unloaded && !stash_.empty())
    load();
  if (finishing_ && stash_.empty())
    std::exchange(finishing_, nullptr)->deliver(finished{});
}

} // namespace annals

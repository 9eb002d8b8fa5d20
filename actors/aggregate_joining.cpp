#include <annals/actors/aggregate_state.hpp>
#include <annals/messages/text.hpp>

#include <caf/actor_cast.hpp>

#include <algorithm>
#include <utility>

/// Joint commands: this instance is the home. It holds on to its own commands while it reads the
/// streams of the other participants, decides on all their states, and appends to all their streams
/// at once, each at the version that it was read at. Where one has moved the append is a conflict,
/// and the command is decided again like any other.

namespace annals {

// -- before --------------------------------------------------------------------

const joint_type* aggregate_state::find_joint(const command_body& sent) const {
  if (type_->joints.empty())
    return nullptr;
  if (const auto* found = type_->find_joint(sent.name()))
    return found;
  if (type_->find_command(sent.name()) != nullptr)
    return nullptr;
  auto present = context_->domain->present_command(*type_, sent);
  return present ? type_->find_joint(present->name()) : nullptr;
}

void aggregate_state::find_others(pending_command& next) const {
  next.joint = type_->find_joint(next.envelope.body.name());
  if (next.joint == nullptr)
    return;
  auto value = next.envelope.body.value_as(*next.joint->command);
  auto found = value ? find_participants(*next.joint, value->get())
                     : result<std::vector<participant>>{value.error()};
  if (!found) {
    next.refusal = found.error();
    return;
  }
  auto home = stream_name(found->front().aggregate, found->front().id);
  if (home != stream_) {
    next.refusal = failure{errc::invalid_command,
                           "the first participant of the command " + next.joint->command->name
                               + " is " + quoted(home) + ", and it was sent to " + quoted(stream_)
                               + "; send it to its first participant"};
    return;
  }
  next.others.assign(std::make_move_iterator(found->begin() + 1),
                     std::make_move_iterator(found->end()));
}

// Whoever guards the commands of one type guards those that it takes part in as well.
bool aggregate_state::concerns(const middleware& one, const pending_command& of) const {
  if (of.joint == nullptr)
    return one.is_for(type_->name);
  return std::ranges::any_of(of.joint->aggregates,
                             [&](std::string_view type) { return one.is_for(type); });
}

// -- reading -------------------------------------------------------------------

// It waits in front of all that came after it, until nothing is under way: the streams of the
// others are read as late as can be, and its append has no other command's events in it.
void aggregate_state::join(pending_command&& next) {
  mode_ = mode::joining;
  stash_.push_back(std::move(next));
  settle_if_idle();
}

void aggregate_state::read_others() {
  const auto& domain = *context_->domain;
  for (const auto& who : stash_.front().others) {
    const auto* type = domain.find_aggregate(who.aggregate);
    if (type == nullptr)
      return give_up_joining(unknown_aggregate(domain, who.aggregate));
    others_.emplace_back(*type, who);
  }
  for (auto& one : others_)
    ask_reader(one.next(++question_));
}

void aggregate_state::on_page_of_other(const stream_page& page) {
  auto one = std::ranges::find(others_, page.question, &participant_reading::question);
  if (page.question == 0 || one == others_.end())
    return;
  auto ended = one->take(page, *context_);
  if (!ended)
    return give_up_joining(ended.error());
  if (!*ended)
    return ask_reader(one->next(++question_));
  if (std::ranges::all_of(others_, [](const auto& other) { return other.question() == 0; }))
    decide_jointly();
}

pending_command aggregate_state::leave_joining() {
  auto first = std::move(stash_.front());
  stash_.erase(stash_.begin());
  mode_ = mode::live;
  return first;
}

// Nothing was decided, so there is nothing to store either.
void aggregate_state::give_up_joining(const failure& why) {
  others_.clear();
  auto next = leave_joining();
  next.answer = why;
  answer(next);
  go_live();
}

// -- deciding ------------------------------------------------------------------

void aggregate_state::decide_jointly() {
  auto next = leave_joining();
  next.answer = try_decide_jointly(next);
  for (const auto& one : others_)
    if (auto due = one.due_snapshot(*context_))
      self_->send(context_->journal, save_snapshot{std::move(*due)});
  others_.clear();
  bool has_events = next.answer && next.answer->events > 0;
  next.what = has_events ? pending_command::kind::with_events : pending_command::kind::recorded;
  record(next);
  queue(std::move(next));
  // Unless the append has failed already, or the domain threw.
  if (mode_ == mode::live)
    go_live();
}

// What comes of it, be it a rejection, holds only as long as all are at the versions read.
result<receipt> aggregate_state::try_decide_jointly(pending_command& next) {
  next.elsewhere = 0;
  next.reservations.clear();
  if (auto refused = refuse(next))
    return *refused;
  auto& parts = next_extras().parts;
  for (const auto& one : others_)
    parts.push_back({one.stream(), one.version(), {}});
  auto made = ask_domain_jointly(next);
  if (!made)
    return made.error();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto& events = (*made)[i + 1].events;
    next.elsewhere += static_cast<std::uint32_t>(events.size());
    put_events(parts[i].events, next, std::move(events));
  }
  auto& own = made->front();
  auto events = static_cast<std::uint32_t>(own.events.size() + next.elsewhere);
  next.reservations = std::move(own.reservations);
  add_events(next, std::move(own.events));
  return receipt{stream_, version_, 0, events, false};
}

result<std::vector<decided>> aggregate_state::ask_domain_jointly(const pending_command& next) {
  auto value = next.envelope.body.value_as(*next.joint->command);
  if (!value)
    return value.error();
  std::vector<aggregate_instance*> instances{instance_.get()};
  for (auto& one : others_)
    instances.push_back(&one.instance());
  auto made = next.joint->decide(instances, value->get());
  if (!made) {
    if (made.error().code == errc::domain_threw)
      mode_ = mode::settling;
    return made;
  }
  for (std::size_t i = 0; i < made->size(); ++i)
    if (auto good = check_payloads((*made)[i].events, i == 0 ? stream_ : others_[i - 1].stream());
        !good) {
      mode_ = mode::settling; // the state has taken in what is not to be stored
      return good.error();
    }
  return made;
}

// -- telling -------------------------------------------------------------------

void aggregate_state::tell_others(append_request& stored, const appended& where) {
  auto& parts = stored.extras.parts;
  auto position = where.position;
  for (const auto& part : parts)
    position -= part.events.size();
  for (auto& part : parts) {
    auto names = split_stream_name(part.stream);
    stored_elsewhere news{std::string{names.aggregate}, std::string{names.id}, {}};
    for (auto& event : part.events) {
      auto& told = news.events.emplace_back();
      static_cast<new_event&>(told) = std::move(event);
      told.stream = part.stream;
      told.version = part.expected_version + news.events.size();
      told.position = ++position;
    }
    auto dispatcher = caf::actor_cast<caf::strong_actor_ptr>(context_->dispatcher);
    if (dispatcher && !news.events.empty())
      self_->send(caf::actor_cast<dispatcher_actor>(dispatcher), std::move(news));
  }
}

// With an append of its own under way it learns of them by that one's conflict.
void aggregate_state::on_stored_elsewhere(stored_elsewhere news) {
  if (mode_ != mode::live || !idle() || news.events.front().version != version_ + 1)
    return;
  if (take_in(news.events))
    return;
  // The next command says what is wrong with them.
  instance_.reset();
  mode_ = mode::unloaded;
}

} // namespace annals

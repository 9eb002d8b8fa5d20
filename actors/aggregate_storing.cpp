#include <annals/actors/aggregate_state.hpp>
#include <annals/actors/snapshots.hpp>

#include <algorithm>
#include <utility>

namespace annals {

// Nothing is answered before what it was decided on is durable: a rejection may stem from an
// event that is still under way.
void aggregate_state::queue(pending_command&& next) {
  bool at_once = idle();
  if (at_once && has_something_to_store() && context_->writer)
    return store_at_once(std::move(next));
  if (at_once && !has_something_to_store() && next.what == pending_command::kind::fixed)
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
  send_snapshot(own_place({&next, 1}, **outcome));
  tell_others(request, **outcome);
  answer(next);
  settle_if_idle();
}

void aggregate_state::send_append(append_request request) {
  appending_ = true;
  self_->send(context_->journal, append{std::move(request)},
              appender_actor{aggregate_actor{self_}});
}

append_extras& aggregate_state::next_extras() {
  if (!next_extras_)
    next_extras_ = std::make_unique<append_extras>();
  return *next_extras_;
}

append_request aggregate_state::take_request() {
  auto before = version_ - next_events_.size();
  append_request request{stream_, before, std::exchange(next_events_, {}), {}};
  if (next_extras_)
    request.extras = std::move(*std::exchange(next_extras_, nullptr));
  prepare_snapshot(request);
  return request;
}

void aggregate_state::advance() {
  if (next_.empty())
    return settle_if_idle();
  flight_ = std::exchange(next_, {});
  if (!has_something_to_store()) {
    answer_all(std::exchange(flight_, {}));
    return settle_if_idle();
  }
  send_append(take_request());
}

// -- snapshots -----------------------------------------------------------------

// The state is written down here, where it is that of the request's last event, and is sent when
// the events are stored.
void aggregate_state::prepare_snapshot(const append_request& request) {
  for (const auto& event : request.events)
    bytes_since_snapshot_ += event.payload.size();
  events_since_snapshot_ += request.events.size();
  snapshot_.reset();
  if (request.events.empty() || mode_ != mode::live
      || !context_->snapshots.are_due(events_since_snapshot_, bytes_since_snapshot_))
    return;
  snapshot_ = take_snapshot_of_state();
}

std::unique_ptr<stored_snapshot> aggregate_state::take_snapshot_of_state() const {
  auto taken = try_snapshot(*type_, stream_, *instance_, version_, 0, context_->clock());
  return taken ? std::make_unique<stored_snapshot>(std::move(*taken)) : nullptr;
}

// Where the last event of this stream went: those of others stand behind it.
appended aggregate_state::own_place(std::span<const pending_command> stored,
                                    const appended& where) {
  std::uint64_t elsewhere = 0;
  bool own = false;
  for (const auto& one : stored) {
    elsewhere += one.elsewhere;
    own = own || (one.answer && one.answer->events > one.elsewhere);
  }
  return {where.version, own ? where.position - elsewhere : 0};
}

void aggregate_state::send_snapshot(const appended& where) {
  if (where.position != 0)
    position_ = where.position;
  if (!snapshot_ || snapshot_->version != where.version)
    return;
  snapshot_->position = where.position;
  context_->counts->snapshots_taken.fetch_add(1, std::memory_order_relaxed);
  self_->send(context_->journal, save_snapshot{std::move(*snapshot_)});
  snapshot_.reset();
  events_since_snapshot_ = bytes_since_snapshot_ = 0;
}

void aggregate_state::snapshot_after_loading() {
  auto most = context_->snapshots.after_loading;
  if (most <= most.zero() || events_since_snapshot_ == 0
      || std::chrono::steady_clock::now() - load_began_ < most)
    return;
  snapshot_ = take_snapshot_of_state();
  send_snapshot({version_, position_});
}

} // namespace annals

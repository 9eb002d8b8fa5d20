#include <annals/actors/log.hpp>
#include <annals/actors/process_runner_state.hpp>

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

namespace annals {

namespace {

constexpr std::uint32_t index_schema_version = 1;

} // namespace

// A stored index that cannot be used is thrown away: the log has everything.
void process_runner_state::restore() {
  auto stored = parts_.reader->load_model(process_model_name(parts_.type->name));
  auto end = parts_.reader->last_position();
  if (!stored || !end) {
    const auto& why = !stored ? stored.error() : end.error();
    if (parts_.held_by)
      parts_.held_by->cannot_begin(why);
    else if (is_transient(why.code))
      return complain(why);
    return stop(why);
  }
  restored_ = true;
  if (!*stored)
    return;
  auto good =
      (*stored)->schema_version != index_schema_version || (*stored)->checkpoint > *end
          ? failure{errc::undecodable, "it is of another schema version, or ahead of the log"}
          : index_.from_json((*stored)->model);
  if (!good) {
    log().warn("process manager {}: what it had stored is of no use, it reads the log from the "
               "beginning: {}",
               parts_.type->name, good.error().message);
    return;
  }
  position_ = saved_position_ = (*stored)->checkpoint;
  to_resume_.assign(index_.stopped().begin(), index_.stopped().end());
}

caf::result<finished> process_runner_state::on_finish() {
  finishing_ = true;
  finished_ = std::make_unique<caf::typed_response_promise<finished>>(
      self_->make_response_promise<caf::typed_response_promise<finished>>());
  finish_if_idle();
  return caf::delegated<finished>{};
}

// When nothing is under way any more: what has no answer yet is sent again after the restart.
void process_runner_state::finish_if_idle() {
  if (!finished_ || reacting_ || under_way_ != 0)
    return;
  auto promise = std::exchange(finished_, nullptr);
  parts_.board->write([&](process_status& status) {
    if (!status.stopped)
      status.stopped =
          failure{errc::stopping, "the node is stopping; the process manager " + parts_.type->name
                                      + " goes on after the restart"};
  });
  std::shared_ptr<caf::typed_response_promise<finished>> shared{std::move(promise)};
  save([shared] { shared->deliver(finished{}); });
}

// A large index is saved less often, so that saving stays a small part of the work.
void process_runner_state::save_when_due() {
  const auto begin = clock::now();
  if (begin < save_due_ || (position_ == saved_position_ && !changed_))
    return;
  save([] {});
  const auto took = clock::now() - begin;
  save_due_ = clock::now() + std::max<clock::duration>(parts_.save_interval, 20 * took);
}

void process_runner_state::save(std::function<void()> then) {
  if (!restored_)
    return then();
  auto model = index_.to_json();
  if (!model) {
    log().warn("process manager {}: {}", parts_.type->name, to_string(model.error()));
    return then();
  }
  saved_position_ = position_;
  changed_ = false;
  stored_model stored{process_model_name(parts_.type->name), position_, index_schema_version,
                      std::move(*model)};
  stored.fence = parts_.fence;
  self_->request(parts_.journal, caf::infinite, save_model{std::move(stored)})
      .then([then](finished) { then(); },
            [this, then](const caf::error& why) {
              log().warn("process manager {}: its place in the log was not saved, which costs a "
                         "longer start: {}",
                         parts_.type->name, to_string(to_failure(why)));
              then();
            });
}

// The next look may come too late for a timer.
void process_runner_state::wake_for_timer() {
  if (!caught_up_ || index_.timers().empty())
    return;
  const auto due = index_.timers().begin()->due;
  const auto wait = due - parts_.clock();
  if (wait.count() <= 0 || wait > parts_.poll_interval || wakes_at_ == due)
    return;
  wakes_at_ = due;
  self_->delayed_send(self_, std::chrono::ceil<std::chrono::milliseconds>(wait), go_on{});
}

void process_runner_state::publish() {
  parts_.board->write([this](process_status& status) {
    status.position = position_;
    status.open_commands = index_.commands().size();
    status.pending_timers = index_.timers().size();
    status.stopped_processes = index_.stopped().size();
    status.trouble = trouble_;
  });
}

} // namespace annals

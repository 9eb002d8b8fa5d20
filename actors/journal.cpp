#include <annals/actors/journal.hpp>

#include <annals/actors/log.hpp>
#include <annals/persistence/append_rules.hpp>

#include <spdlog/logger.h>

#include <utility>
#include <vector>

namespace annals {

namespace {

constexpr std::size_t many_snapshots = 64;
// Few enough that appends do not wait for long.
constexpr std::size_t forgotten_at_once = 1000;

struct journal_state {
  static constexpr const char* name = "annals.journal";

  std::shared_ptr<store_writer> writer;
  std::size_t largest_group = 1;
  // What waits for the next commit: the requests side by side, so that the store takes them as
  // they are, and beside each the actor that gets its outcome.
  std::vector<append_request> requests;
  std::vector<appender_actor> appenders;
  std::size_t waiting_events = 0;
  // Wait for a moment without appends, or until there are many.
  std::vector<stored_snapshot> snapshots;
  std::size_t kept_snapshots = 1;
  bool commit_scheduled = false;
  bool finishing = false;
};

using journal_pointer = journal_actor::stateful_pointer<journal_state>;

// A snapshot that is not stored is only missed by the next loading.
void save_snapshots(journal_pointer self) {
  auto waiting = std::exchange(self->state.snapshots, {});
  if (waiting.empty())
    return;
  if (auto saved = self->state.writer->save_snapshots(waiting, self->state.kept_snapshots); !saved)
    log().warn("snapshots were not stored: {}", to_string(saved.error()));
}

void commit(journal_pointer self) {
  auto& state = self->state;
  if (state.requests.empty() || state.snapshots.size() >= many_snapshots)
    save_snapshots(self);
  if (state.requests.empty())
    return;
  auto outcomes = state.writer->append(state.requests);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    self->send(state.appenders[i],
               append_done{std::move(outcomes[i]), std::move(state.requests[i])});
  state.requests.clear();
  state.appenders.clear();
  state.waiting_events = 0;
}

// A message to itself goes behind everything that waits in the mailbox by then: that is the group.
void schedule_commit(journal_pointer self) {
  if (std::exchange(self->state.commit_scheduled, true))
    return;
  self->send(self, go_on{});
}

void take(journal_pointer self, append& next, appender_actor& appender) {
  auto& state = self->state;
  if (state.finishing) {
    self->send(appender, append_done{failure{errc::stopping, "the journal has closed"}});
    return;
  }
  state.waiting_events += count_events(next.request);
  state.requests.push_back(std::move(next.request));
  state.appenders.push_back(std::move(appender));
  if (state.waiting_events >= state.largest_group)
    commit(self);
  else
    schedule_commit(self);
}

journal_actor::behavior_type journal(journal_pointer self, std::shared_ptr<store_writer> writer,
                                     journal_limits limits) {
  self->state.writer = std::move(writer);
  self->state.largest_group = limits.largest_group;
  self->state.kept_snapshots = limits.kept_snapshots;
  return {
      [self](append& next, appender_actor& appender) { take(self, next, appender); },
      [self](const save_model& save) -> caf::result<finished> {
        auto saved = self->state.writer->save(save.model);
        if (!saved)
          return to_caf_error(saved.error());
        return finished{};
      },
      [self](save_snapshot& taken) {
        if (self->state.finishing)
          return;
        self->state.snapshots.push_back(std::move(taken.snapshot));
        schedule_commit(self);
      },
      [self](const forget_outcomes& old) {
        auto forgotten = self->state.writer->forget_outcomes(old.before, forgotten_at_once);
        if (!forgotten)
          log().warn("old outcomes were not forgotten: {}", to_string(forgotten.error()));
        else if (*forgotten == forgotten_at_once && !self->state.finishing)
          self->send(self, old);
      },
      [self](go_on) {
        self->state.commit_scheduled = false;
        commit(self);
        if (!self->state.snapshots.empty())
          schedule_commit(self);
      },
      [self](finish) {
        self->state.finishing = true;
        commit(self);
        save_snapshots(self);
        self->state.writer->close();
        return finished{};
      },
  };
}

} // namespace

journal_actor spawn_journal(caf::actor_system& system, std::shared_ptr<store_writer> writer,
                            journal_limits limits) {
  return system.spawn<caf::detached>(journal, std::move(writer), limits);
}

} // namespace annals

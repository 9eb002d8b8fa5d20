#include <annals/actors/journal.hpp>

#include <utility>
#include <vector>

namespace annals {

namespace {

struct journal_state {
  static constexpr const char* name = "annals.journal";

  event_store* store = nullptr;
  journal_settings settings;
  // What waits for the next commit: the requests side by side, so that the store takes them as
  // they are, and beside each the actor that gets its outcome.
  std::vector<append_request> requests;
  std::vector<appender_actor> appenders;
  std::size_t waiting_events = 0;
  bool commit_scheduled = false;
  bool finishing = false;
};

using journal_pointer = journal_actor::stateful_pointer<journal_state>;

void commit(journal_pointer self) {
  auto& state = self->state;
  if (state.requests.empty())
    return;
  auto outcomes = state.store->append(state.requests);
  log_position last = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i])
      last = outcomes[i]->position;
    self->send(state.appenders[i], append_done{std::move(outcomes[i])});
  }
  state.settings.counts->groups.fetch_add(1, std::memory_order_relaxed);
  state.settings.counts->appends.fetch_add(state.requests.size(), std::memory_order_relaxed);
  state.settings.counts->events.fetch_add(state.waiting_events, std::memory_order_relaxed);
  state.requests.clear();
  state.appenders.clear();
  state.waiting_events = 0;
  if (last != 0 && state.settings.hint->grown_to(last))
    self->send(state.settings.bus, log_grew{last});
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
  state.waiting_events += next.request.events.size();
  state.requests.push_back(std::move(next.request));
  state.appenders.push_back(std::move(appender));
  if (state.waiting_events >= state.settings.largest_group)
    commit(self);
  else
    schedule_commit(self);
}

journal_actor::behavior_type journal(journal_pointer self, event_store* store,
                                     journal_settings settings) {
  self->state.store = store;
  self->state.settings = std::move(settings);
  return {
      [self](append& next, appender_actor& appender) { take(self, next, appender); },
      [self](const save_model& save) -> caf::result<finished> {
        auto saved = self->state.store->save_model(save.model);
        if (!saved)
          return to_caf_error(saved.error());
        return finished{};
      },
      [self](go_on) {
        self->state.commit_scheduled = false;
        commit(self);
      },
      [self](finish) {
        self->state.finishing = true;
        commit(self);
        return finished{};
      },
  };
}

} // namespace

journal_actor spawn_journal(caf::actor_system& system, event_store& store,
                            journal_settings settings) {
  return system.spawn<caf::detached>(journal, &store, std::move(settings));
}

} // namespace annals

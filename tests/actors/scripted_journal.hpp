#pragma once

#include <annals/actors/actors.hpp>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

namespace annals::tests {

/// A journal that stores nothing: the test takes each append of events out and says what becomes of
/// it, so that it decides the order of things. Outcomes without events count as stored at once.
class scripted_journal {
public:
  struct taken {
    append_request request;
    appender_actor appender;

    void answer(append_outcome outcome) const {
      caf::anon_send(appender, append_done{std::move(outcome)});
    }
    /// As a store would whose log had nothing before the stream's events.
    void store() const {
      auto version = request.expected_version + request.events.size();
      answer(appended{version, version});
    }
  };

  explicit scripted_journal(caf::actor_system& system) {
    actor = system.spawn([queue = queue_]() -> journal_actor::behavior_type {
      return {
          [queue](append& next, appender_actor& appender) {
            std::lock_guard guard{queue->mutex};
            if (next.request.events.empty()) {
              auto& outcomes = next.request.extras.outcomes;
              queue->outcomes.insert(queue->outcomes.end(), outcomes.begin(), outcomes.end());
              caf::anon_send(appender, append_done{appended{next.request.expected_version, 0}});
              return;
            }
            queue->appends.push_back({std::move(next.request), std::move(appender)});
            queue->grown.notify_all();
          },
          [](const save_model&) { return finished{}; },
          [queue](const save_snapshot& saved) {
            std::lock_guard guard{queue->mutex};
            queue->snapshots.push_back(saved.snapshot);
          },
          [](const forget_outcomes&) {},
          [](go_on) {},
          [](finish) { return finished{}; },
      };
    });
  }

  /// The next append; blocks until there is one.
  taken next() {
    std::unique_lock lock{queue_->mutex};
    queue_->grown.wait(lock, [&] { return !queue_->appends.empty(); });
    auto first = std::move(queue_->appends.front());
    queue_->appends.pop_front();
    return first;
  }

  /// The snapshots sent so far.
  std::vector<stored_snapshot> snapshots() const {
    std::lock_guard guard{queue_->mutex};
    return queue_->snapshots;
  }

  /// The outcomes that came without events.
  std::vector<command_outcome> outcomes() const {
    std::lock_guard guard{queue_->mutex};
    return queue_->outcomes;
  }

  bool empty() const {
    std::lock_guard guard{queue_->mutex};
    return queue_->appends.empty();
  }

private:
  struct queue {
    std::mutex mutex;
    std::condition_variable grown;
    std::deque<taken> appends;
    std::vector<stored_snapshot> snapshots;
    std::vector<command_outcome> outcomes;
  };

  std::shared_ptr<queue> queue_ = std::make_shared<queue>();

public:
  journal_actor actor;
};

/// A reader over events that the test may change between two loads.
class scripted_reader {
public:
  explicit scripted_reader(caf::actor_system& system) {
    actor = system.spawn<caf::detached>([script = script_]() -> reader_actor::behavior_type {
      return {
          [script](const read_page& wanted, const page_receiver_actor& receiver) {
            std::unique_lock lock{script->mutex};
            script->released.wait(lock, [&] { return !script->held; });
            stream_page page{std::vector<recorded_event>{}};
            page.question = wanted.question;
            if (wanted.recall)
              page.recalled.emplace();
            if (script->trouble)
              page.events = *script->trouble;
            else
              for (const auto& event : script->events)
                if (event.version >= wanted.from && page.events->size() < wanted.limit)
                  page.events->push_back(event);
            ++script->loads;
            caf::anon_send(receiver, std::move(page));
          },
      };
    });
  }

  void set(std::vector<recorded_event> events) {
    std::lock_guard guard{script_->mutex};
    script_->events = std::move(events);
  }
  void fail_with(std::optional<failure> why) {
    std::lock_guard guard{script_->mutex};
    script_->trouble = std::move(why);
  }
  /// From now on nothing is read until `release`, which the test must not forget.
  void hold() {
    std::lock_guard guard{script_->mutex};
    script_->held = true;
  }
  void release() {
    std::lock_guard guard{script_->mutex};
    script_->held = false;
    script_->released.notify_all();
  }
  int loads() const {
    std::lock_guard guard{script_->mutex};
    return script_->loads;
  }

private:
  struct script {
    std::mutex mutex;
    std::vector<recorded_event> events;
    std::optional<annals::failure> trouble;
    std::condition_variable released;
    bool held = false;
    int loads = 0;
  };

  std::shared_ptr<script> script_ = std::make_shared<script>();

public:
  reader_actor actor;
};

} // namespace annals::tests

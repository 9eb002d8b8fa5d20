#pragma once

#include <annals/actors/journal.hpp>

#include <mutex>

namespace annals {

/// Appends to a store that does not block, at once, in the caller's own thread. What the journal
/// of such a store is made of, and what aggregates of the same process call directly: a message
/// each way would cost more than the append. Any thread.
class in_place_journal {
public:
  /// `store` must outlive it.
  in_place_journal(event_store& store, journal_settings settings)
      : store_{store}, settings_{std::move(settings)} {}

  /// As the store does, and tells the event bus; `stopping` after `close`.
  append_outcome append(const append_request& request);

  /// As the store does.
  result<void> save(const stored_model& model);

  /// Refuses what comes later.
  void close();

private:
  append_outcome append_one(const append_request& request);

  std::mutex mutex_;
  event_store& store_;
  journal_settings settings_;
  bool closed_ = false;
};

} // namespace annals

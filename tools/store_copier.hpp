#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/tools/exit_code.hpp>

#include <cstdint>

namespace annals::tools {

/// Makes a store what another one is: its log with the same positions, and what stands beside it.
/// The other may be written meanwhile; this one must be written by nobody else. What was copied
/// before is passed over, so that it can be interrupted and run again. One thread; blocks like the
/// stores.
class store_copier {
public:
  store_copier(event_reader& from, event_store& store, event_reader& to)
      : from_{from}, store_{store}, to_{to} {}

  /// Finds where to go on. Gives `version_conflict` where the store holds anything but the
  /// beginning of the other one's log.
  outcome<> begin();

  /// Copies the next events, in one commit; how many, 0 at the end of the other one's log.
  outcome<std::uint64_t> copy_events();

  /// Copies the log to its end, and then what stands beside it: outcomes, unique values, and read
  /// models with their checkpoints, places of subscriptions and process managers among them.
  outcome<> finish();

  /// How far the log is copied.
  log_position position() const noexcept { return position_; }
  std::uint64_t events() const noexcept { return events_; }
  std::uint64_t outcomes() const noexcept { return outcomes_; }
  std::uint64_t values() const noexcept { return values_; }
  std::uint64_t models() const noexcept { return models_; }

private:
  outcome<> copy_outcomes();
  outcome<> copy_values();
  outcome<bool> is_needed(const held_value& change);
  outcome<> remove_all_but(const std::vector<stored_model>& models);
  outcome<> save(const std::vector<stored_model>& models);

  event_reader& from_;
  event_store& store_;
  event_reader& to_;
  log_position position_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t outcomes_ = 0;
  std::uint64_t values_ = 0;
  std::uint64_t models_ = 0;
};

} // namespace annals::tools

#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/growth_hint.hpp>
#include <annals/actors/traffic.hpp>
#include <annals/persistence/event_store.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace annals {

/// Counts of what was appended; read from any thread.
struct journal_counts {
  std::atomic<std::uint64_t> groups{0};
  std::atomic<std::uint64_t> appends{0};
  std::atomic<std::uint64_t> events{0};
};

/// Everyone in this process who writes to the store does so here, one after the other: the journal
/// with its groups, and an aggregate with its own append where it has nobody to share a commit
/// with. Tells the event bus of what was stored. Any thread.
class store_writer {
public:
  /// `store` must outlive it.
  store_writer(event_store& store, event_bus_actor bus, std::shared_ptr<growth_hint> hint,
               std::shared_ptr<const traffic> commands)
      : store_{store}, bus_{std::move(bus)}, hint_{std::move(hint)}, commands_{
                                                                         std::move(commands)} {}

  /// As the store does. Blocks until it is this caller's turn, and as long as the store does.
  std::vector<append_outcome> append(std::span<const append_request> requests);

  /// Appends in the caller's own thread where that is best: to a store that does not block, always;
  /// to one that does, where this command is the only one under way, so that to wait for others
  /// would bring nothing and two changes of thread cost as much as a third of the disk's time.
  /// Nothing where the journal is to do it. `stopping` after `close`.
  std::optional<append_outcome> append_in_place(const append_request& request);

  /// The store has said that another process has appended up to `position`. Never blocks.
  void others_have_appended(log_position position);

  /// As the store does; blocks like `append`.
  result<void> save(const stored_model& model);
  result<std::uint64_t> replace(const stored_model& model, std::span<const std::string> removed);
  result<void> remove_models(std::span<const std::string> projections);

  /// As the store does; blocks like `append`.
  result<std::uint64_t> drop_snapshots(std::string_view stream);
  result<std::uint64_t> forget_outcomes(timestamp before, std::size_t limit);

  result<void> take_over(std::span<const command_outcome> outcomes,
                         std::span<const held_value> values);

  /// Refuses what would be appended in place later.
  void close();

  /// As the store does; blocks like `append`.
  result<void> save_snapshots(std::span<const stored_snapshot> snapshots, std::size_t keep);

  const journal_counts& counts() const noexcept { return counts_; }

private:
  using clock = std::chrono::steady_clock;

  std::vector<append_outcome> append_locked(std::span<const append_request> requests);
  void tell(log_position position);

  event_store& store_;
  const bool blocks_ = store_.blocks();
  event_bus_actor bus_;
  std::shared_ptr<growth_hint> hint_;
  journal_counts counts_;
  std::shared_ptr<const traffic> commands_;

  std::mutex mutex_;
  bool closed_ = false;
  // How long the last commit took: a thread that runs actors is not to wait for a slow disk.
  clock::duration last_took_{};
};

} // namespace annals

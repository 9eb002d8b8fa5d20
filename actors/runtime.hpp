#pragma once

#include <annals/actors/aggregate.hpp>
#include <annals/actors/ask_gate.hpp>
#include <annals/actors/cluster/cluster.hpp>
#include <annals/actors/cluster/process_seat.hpp>
#include <annals/actors/journal.hpp>
#include <annals/actors/live_model.hpp>
#include <annals/actors/node.hpp>
#include <annals/actors/process_runner.hpp>
#include <annals/actors/projector.hpp>
#include <annals/actors/rebuild_board.hpp>
#include <annals/actors/replay.hpp>
#include <annals/actors/served/store_host.hpp>
#include <annals/actors/subscriptions.hpp>
#include <annals/actors/target_runner.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>

namespace annals {

/// The inside of a node: starts its actors in the order store, journal, readers, event bus,
/// dispatcher, projectors, and stops them so that nothing acknowledged or under way is lost.
class node::runtime {
public:
  runtime(registry domain, config settings);
  ~runtime();

  /// Opens the store and spawns everything.
  result<void> start();
  void stop();

  /// For actors that ask by messages: `request(node.internals().dispatcher(), …,
  /// command_for<account>("acc-1", deposit{100}))`.
  const dispatcher_actor& dispatcher() const noexcept { return front_; }
  caf::actor_system& system() noexcept { return *system_; }
  const aggregate_counts& aggregates() const noexcept { return *aggregate_counts_; }
  const traffic& commands() const noexcept { return *commands_; }
  store_writer& writer() noexcept { return *writer_; }
  const journal_counts& counts() const noexcept { return writer_->counts(); }

  const registry& domain() const noexcept { return domain_; }
  /// Gives `stopping` after `stop`.
  result<std::unique_ptr<event_reader>> open_reader() const;
  /// Stores the state of an instance as its snapshot; blocks like the store. `stopping` after
  /// `stop`.
  result<void> take_snapshot(std::string_view aggregate, std::string_view id,
                             const loaded_aggregate& loaded);
  annals::subscriptions& followers() noexcept { return *followers_; }
  ask_gate& gate() noexcept { return *gate_; }
  std::span<const std::shared_ptr<live_model>> models() const noexcept { return models_; }
  std::span<const std::shared_ptr<process_board>> processes() const noexcept {
    return process_boards_;
  }
  /// Has process managers look at once whether a timer is due.
  void wake_processes();
  /// Null where this node is alone.
  const annals::cluster* others() const noexcept { return cluster_.get(); }
  /// Gives `unknown_projection`.
  result<std::shared_ptr<live_model>> find_model(std::string_view projection) const;
  /// As above, also of a projection into a target: all its parts, which must run here, or the one
  /// that is named.
  result<std::vector<order_place>> find_places(std::string_view projection) const;
  /// Of each projection into a target, part by part. Blocks while it asks the store for those that
  /// other nodes run.
  void add_targets(std::vector<projection_status>& all, log_position end);
  /// Which node runs a model; empty where this one is alone or that is not known.
  std::string node_with(std::size_t model) const;
  /// Blocks until a projection, or one into a target, has taken in the log up to `position`. Gives
  /// `unknown_projection`, otherwise as `live_model::wait_for`.
  result<void> wait_for(std::string_view projection, log_position position,
                        std::chrono::milliseconds timeout) const;
  /// Begins to rebuild a projection that runs here.
  result<void> start_rebuild(const std::string& projection, rebuild_settings how);
  const rebuild_board& rebuilds() const noexcept { return rebuilds_; }

private:
  result<std::unique_ptr<lease_store>> open_leases();
  result<void> keep_inline();
  void start_system();
  result<void> spawn_all();
  void spawn_journal_and_bus();
  result<std::shared_ptr<aggregate_context>> make_context();
  result<void> spawn_projectors();
  result<void> spawn_target_runners();
  result<void> spawn_target_runner_of(const target_settings& settings, log_part part);
  result<void> check_division(event_reader& reader, const target_settings& settings);
  // Where they stand: the parts of a target, or the one that is named; none where there is none.
  struct target_range {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  target_range find_targets(std::string_view name) const;
  bool runs_here(std::size_t target) const;
  std::string node_of(const duty* held_by) const;
  result<void> wait_for_part(std::size_t target, log_position position,
                             std::chrono::steady_clock::time_point end) const;
  failure not_all_here(std::string_view target, target_range all) const;
  rebuild_parts parts_of_rebuild(std::size_t model);
  void go_on_with_rebuild(const std::string& projection);
  result<void> spawn_process_runners();
  result<process_runner_actor> spawn_runner(const process_type& type,
                                            const std::shared_ptr<process_board>& board,
                                            std::shared_ptr<duty> held_by);
  result<void> open_to_others(aggregate_context& context);
  std::shared_ptr<duty> add_task(std::string name);
  void hand_over_when_asked(const std::string& projection, const projector_actor& last);
  void hand_over_when_asked(const target_runner_actor& last);
  bool is_elsewhere(std::size_t model) const;
  result<std::optional<served::model_now>> look_at_model(const std::string& projection,
                                                         std::optional<log_position> known);
  failure runs_elsewhere(std::size_t model) const;
  result<void> watch_growth();
  void finish_all();

  registry domain_;
  config settings_;
  // For threads that ask for a reader while another one stops the node.
  mutable std::mutex store_mutex_;
  std::unique_ptr<event_store> store_;
  std::unique_ptr<growth_watch> growth_;
  caf::actor_system_config system_config_;
  std::optional<caf::actor_system> system_;

  event_bus_actor bus_;
  journal_actor journal_;
  std::shared_ptr<store_writer> writer_;
  std::shared_ptr<traffic> commands_;
  std::shared_ptr<aggregate_counts> aggregate_counts_ = std::make_shared<aggregate_counts>();
  std::vector<reader_actor> readers_;
  dispatcher_actor dispatcher_;
  // Who takes commands: the dispatcher, or in a cluster the router in front of it.
  dispatcher_actor front_;
  std::unique_ptr<annals::cluster> cluster_;
  // Null where this node is alone.
  store_host_actor store_host_;
  std::vector<membership::task> tasks_;
  std::vector<std::unique_ptr<process_seat>> seats_;
  // Of each model, in a cluster.
  std::vector<std::shared_ptr<const duty>> model_duties_;
  caretaker_actor caretaker_;
  std::unique_ptr<ask_gate> gate_;
  std::vector<std::shared_ptr<live_model>> models_;
  // Of the model in the same place.
  std::vector<std::shared_ptr<projector_desk>> desks_;
  std::vector<projector_actor> projectors_;
  rebuild_board rebuilds_;
  // The parts of a target stand side by side.
  std::vector<std::shared_ptr<target_board>> target_boards_;
  // Of the target in the same place.
  std::vector<std::shared_ptr<projector_desk>> target_desks_;
  std::vector<std::shared_ptr<duty>> target_duties_;
  std::vector<target_runner_actor> target_runners_;
  std::map<std::string, target_range, std::less<>> targets_;
  std::vector<std::shared_ptr<process_board>> process_boards_;
  std::vector<process_runner_actor> process_runners_;

  // Handles that the application holds keep it alive.
  std::shared_ptr<annals::subscriptions> followers_;

  std::atomic<bool> is_started_{false};
  std::once_flag stopped_;
};

} // namespace annals

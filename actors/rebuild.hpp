#pragma once

#include <annals/actors/projector_desk.hpp>
#include <annals/actors/rebuild_status.hpp>
#include <annals/actors/store_writer.hpp>

#include <atomic>
#include <condition_variable>
#include <thread>

namespace annals {

/// What a rebuild needs.
struct rebuild_parts {
  /// All must outlive it.
  const registry* domain = nullptr;
  const projection_type* type = nullptr;
  std::function<result<std::unique_ptr<event_reader>>()> open_reader;
  std::shared_ptr<store_writer> writer;
  /// What its parts are stored under: the lease of the node that has the projection.
  lease_fence fence{};
  /// Of the projector that has the model which is to be replaced.
  std::shared_ptr<projector_desk> desk;
  std::chrono::milliseconds save_interval{1000};
  std::size_t most_parked = 10'000;
};

/// Makes a read model anew beside the live one, from the whole log, on threads of its own, and puts
/// it in place in one step. How far it is is stored, "NAME@rebuild.1of2" a worker, so that after a
/// kill another object goes on with it. All functions may be called from any thread.
class rebuild {
public:
  /// Stores that it has begun, throws away what is left of an earlier one, and starts. Blocks like
  /// the store. Gives what the store fails with.
  static result<std::unique_ptr<rebuild>> begin(rebuild_parts parts, rebuild_settings how);
  /// Goes on with the one that is stored, or waits where it was paused; null where there is none.
  static result<std::unique_ptr<rebuild>> go_on(rebuild_parts parts);

  /// As `stop`.
  ~rebuild();

  rebuild_status status() const;
  bool is_over() const;

  /// Returns when nothing is read any more and that it waits is stored. Gives `invalid_argument`
  /// where it is over, also because it was just being put in place, or what the store fails with:
  /// it goes on then.
  result<void> pause();
  /// Also after a failure; returns when that is stored. Gives `invalid_argument` where it neither
  /// waits nor has failed, or what the store fails with.
  result<void> resume();
  /// Gives it up and removes what is stored of it. Gives `invalid_argument` where it is over, also
  /// because it was just being put in place, or what the store fails with.
  result<void> cancel();
  /// Ends its threads; what is stored of it stays, and it can be gone on with.
  void stop();
  /// Has its threads end soon; does not wait for them.
  void end();
  /// Blocks until it is over, or `timeout` is: gives `timed_out`, why it failed, or
  /// `invalid_argument` where it was cancelled.
  result<void> wait(std::chrono::milliseconds timeout) const;

private:
  using clock = std::chrono::steady_clock;

  struct worker {
    std::unique_ptr<live_model> model;
    std::atomic<log_position> position{0};
    clock::time_point save_due{};
    bool at_rest = false;
    bool at_end = false;
    // Whether it was stored last as one that waits.
    bool stored_paused = false;
    // The generation of the live model whose orders by hand it has heeded.
    std::optional<std::uint64_t> heeded{};
    std::thread thread;
  };

  rebuild(rebuild_parts parts, std::uint32_t workers, bool paused);

  bool has_ended() const;
  result<void> store_paused();
  result<void> mark_stored(bool paused);
  void wake_workers();
  std::string part_name(std::uint32_t index) const;
  void start();
  void work(std::uint32_t index);
  result<void> prepare(worker& mine, std::uint32_t index, event_reader& reader);
  result<void> read_on(worker& mine, std::uint32_t index, event_reader& reader);
  result<void> heed_orders(worker& mine, event_reader& reader);
  result<void> save(worker& mine, std::uint32_t index);
  bool may_read(worker& mine, std::uint32_t index);
  void coordinate();
  bool wait_until_all_are_at_end();
  result<void> merge_parts();
  result<bool> switch_over();
  void begin_parts_again();
  void fail(const failure& why);
  void note(std::optional<failure> why);
  void end_switch(std::optional<rebuild_phase> phase);
  void join();
  bool at_work() const { return phase_ == rebuild_phase::running && !ended_; }
  log_position least_position() const;

  const rebuild_parts parts_;
  // For the time of an order; taken before `mutex_`.
  std::mutex orders_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::unique_ptr<live_model> whole_;
  std::thread coordinator_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  rebuild_phase phase_;
  std::optional<failure> why_;
  // Where all workers are to end, once they have seen the end of the log.
  std::optional<log_position> end_at_;
  log_position end_of_log_ = 0;
  // Whether the models of the workers are the coordinator's now.
  bool handed_over_ = false;
  // Whether the coordinator is about to put the new model in place.
  bool switching_ = false;
  bool ended_ = false;
  // Since when, and from where, it has gone on.
  clock::time_point since_ = clock::now();
  log_position began_at_ = 0;
};

/// What is stored of rebuilds of the projection, finished or not, without its contents.
result<std::vector<stored_model>> stored_parts(event_reader& reader, const projection_type& type);

/// `invalid_argument`: "the rebuild of NAME …".
failure rebuild_is(const projection_type& type, const std::string& what);

/// What the stored parts of the rebuild of a projection are called.
std::string rebuild_prefix(const projection_type& type);
std::string rebuild_part_name(const projection_type& type, std::uint32_t index, std::uint32_t of);

} // namespace annals

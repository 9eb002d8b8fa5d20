#pragma once

#include <annals/actors/projection_notes.hpp>
#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace annals {

/// How many events a projection may park where nobody says otherwise.
inline constexpr std::size_t default_most_parked = 10'000;

/// A read model in memory with its position: written by one projector, read by any thread.
class live_model {
public:
  /// Starts with nothing taken in. `type` must outlive the model. Parks at most `most_parked`
  /// events.
  explicit live_model(const projection_type& type, std::size_t most_parked = default_most_parked);

  const projection_type& type() const noexcept { return type_; }
  std::size_t most_parked() const noexcept { return most_parked_; }

  // -- for readers, on any thread --------------------------------------------

  /// Keeps the model as it is for as long as the lock lives; the projector waits. Blocks while an
  /// event that failed has left the model changed by half and it is not put back yet. Where it
  /// cannot be put back it gives why the projector has stopped.
  result<std::shared_lock<std::shared_mutex>> hold() const;
  /// The model itself; only while a lock of `hold` lives.
  const void* model() const noexcept { return instance_->model(); }
  log_position position() const;
  std::optional<failure> stopped() const;
  projection_notes notes() const;
  /// Blocks until the model has taken in the log up to `position`. Gives `timed_out`, or why the
  /// projector has stopped.
  result<void> wait_for(log_position position, std::chrono::milliseconds timeout) const;

  // -- for the projector ------------------------------------------------------

  /// Puts a stored model in place, where the log ends at `end`. Gives `undecodable`, also where it
  /// has another schema, is ahead of the log, was changed by something else than its projector, or
  /// is of a projection that was changed since without a new schema version; all is then as it was,
  /// and no reader saw it.
  result<void> restore(const stored_model& stored, log_position end);
  /// Puts another model of the same position in place.
  void replace(std::unique_ptr<projection_instance> with);
  /// Puts another model of position, notes and generation of its own in place.
  void replace(std::unique_ptr<projection_instance> with, log_position at, projection_notes notes,
               std::uint64_t generation);
  /// What `other` holds, which is of no more use then.
  void replace(live_model&& other);
  /// Takes in `events`, which follow the present position, as what they stand for in `domain`;
  /// skipped ones are passed over, and those behind a parked one of their stream are parked where
  /// the projection says so. On a failure everything before the event that failed has been taken
  /// in; where that event may have changed the model by half, no reader sees it until `replace`.
  result<void> take_in(std::span<const recorded_event> events, const registry& domain);
  /// Whether no event has changed the model by half.
  bool is_whole() const noexcept { return form_ == form::whole; }
  /// The model that was changed by half cannot be put back for now: after `stop`, for readers.
  void give_up();
  /// Says that the log was read up to `position`, where nothing before it is to be taken in.
  void pass(log_position position);
  /// Sets an event that follows the present position aside. Gives `projection_stopped` where too
  /// many are.
  result<void> park(const recorded_event& event, failure why, std::uint32_t attempts);
  /// Adds a model of other parts of the same log up to the same position, which is of no more use
  /// then. As `projection_instance::merge`; `projection_stopped` where too many events are parked
  /// in both.
  result<void> merge(live_model& part);
  /// Whether nothing more is to be taken in for now.
  void paused(bool now);
  bool is_paused() const noexcept { return notes_.paused; }
  /// Says that these are to be passed over, except for those that the model has taken in; whether
  /// there were none of them.
  bool skip(const std::vector<log_position>& positions);
  /// The model with its position, to be stored. Gives `unencodable`.
  result<stored_model> to_stored() const;
  /// What would be stored with another model, other notes, at the present position.
  result<stored_model> to_stored(const projection_instance& instance, projection_notes notes) const;
  /// Whether the event at `position` is not to be in the model: skipped, or parked.
  bool leaves_out(log_position position) const;
  result<std::unique_ptr<projection_instance>> copy() const { return instance_->copy(); }
  const projection_instance& instance() const noexcept { return *instance_; }
  /// The model itself; this is of no more use then.
  std::unique_ptr<projection_instance> take() { return std::move(instance_); }
  /// The model alone. Gives `unencodable`.
  result<std::string> to_json() const { return instance_->to_json(); }
  /// The name of what is stored of this model, which it may be made again from; empty where that is
  /// nothing but the log.
  const std::string& stored_as() const noexcept { return stored_as_; }
  void stored_as(std::string name) { stored_as_ = std::move(name); }
  std::uint64_t generation() const noexcept { return generation_; }
  void generation(std::uint64_t now) noexcept { generation_ = now; }
  /// Says for all who wait that nothing more will be taken in; the first reason stays.
  void stop(failure why);
  /// Takes back what `stop` said.
  void go_on();

private:
  // Whether readers may see it.
  enum class form { whole, changed_by_half, given_up };

  result<void> take_in_one(const recorded_event& event, const registry& domain);
  bool stands_behind(const recorded_event& event) const;
  void publish(log_position position);
  void count_parked();

  const projection_type& type_;
  const std::size_t most_parked_;
  const std::uint64_t shape_;
  std::unique_ptr<projection_instance> instance_;
  // The position of the first parked event of each stream that has one.
  std::unordered_map<std::string, log_position> parked_streams_;
  std::uint64_t generation_ = 0;
  std::string stored_as_;
  mutable std::shared_mutex model_mutex_;
  mutable std::condition_variable_any settled_;
  // Changed by the projector alone.
  form form_ = form::whole;

  mutable std::mutex status_mutex_;
  mutable std::condition_variable changed_;
  log_position position_ = 0;
  std::optional<failure> stopped_;
  // Changed by the projector alone, which looks at them without a lock.
  projection_notes notes_;
};

} // namespace annals

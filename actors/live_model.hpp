#pragma once

#include <annals/messages/registry.hpp>
#include <annals/persistence/event_store.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

namespace annals {

/// A read model in memory with its position: written by one projector, read by any thread.
class live_model {
public:
  /// Starts with nothing taken in. `type` must outlive the model.
  explicit live_model(const projection_type& type);

  const projection_type& type() const noexcept { return type_; }

  // -- for readers, on any thread --------------------------------------------

  /// Keeps the model as it is for as long as the lock lives; the projector waits.
  std::shared_lock<std::shared_mutex> hold() const;
  /// The model itself; only while a lock of `hold` lives.
  const void* model() const noexcept { return instance_->model(); }
  log_position position() const;
  std::optional<failure> stopped() const;
  /// Blocks until the model has taken in the log up to `position`. Gives `timed_out`, or why the
  /// projector has stopped.
  result<void> wait_for(log_position position, std::chrono::milliseconds timeout) const;

  // -- for the projector ------------------------------------------------------

  /// Puts a stored model in place, where the log ends at `end`. Gives `undecodable`, also where it
  /// has another schema or is ahead of the log; all is then as it was, and no reader saw it.
  result<void> restore(const stored_model& stored, log_position end);
  /// Puts another model of the same position in place.
  void replace(std::unique_ptr<projection_instance> with);
  /// Takes in `events`, which follow the present position, as what they stand for in `domain`. On a
  /// failure everything before the event that failed has been taken in, and the model may be half
  /// changed by that event.
  result<void> take_in(std::span<const recorded_event> events, const registry& domain);
  /// The model with its position, to be stored. Gives `unencodable`.
  result<stored_model> to_stored() const;
  /// Says for all who wait that nothing more will be taken in; the first reason stays.
  void stop(failure why);

private:
  void publish(log_position position);

  const projection_type& type_;
  std::unique_ptr<projection_instance> instance_;
  mutable std::shared_mutex model_mutex_;

  mutable std::mutex status_mutex_;
  mutable std::condition_variable changed_;
  log_position position_ = 0;
  std::optional<failure> stopped_;
};

} // namespace annals

#pragma once

#include <annals/actors/projection_notes.hpp>
#include <annals/messages/error.hpp>
#include <annals/messages/ids.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace annals {

/// How far a projection into a target is: written by who runs it, read by any thread.
class target_board {
public:
  explicit target_board(std::string name) : name_{std::move(name)} {}

  const std::string& name() const noexcept { return name_; }
  log_position position() const;
  std::optional<failure> stopped() const;
  /// As `live_model::wait_for`.
  result<void> wait_for(log_position position, std::chrono::milliseconds timeout) const;

  /// What the target could not take in.
  std::vector<parked_event> parked() const;
  bool is_paused() const;

  // -- for who runs it ----------------------------------------------------------------

  void reached(log_position position);
  void has(std::vector<parked_event> parked, bool paused);
  /// The first reason stays.
  void stop(failure why);
  /// Takes back what `stop` said.
  void go_on();

private:
  const std::string name_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  log_position position_ = 0;
  std::optional<failure> stopped_;
  std::vector<parked_event> parked_;
  bool paused_ = false;
};

} // namespace annals

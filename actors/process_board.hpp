#pragma once

#include <annals/messages/error.hpp>
#include <annals/messages/ids.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// One process that has stopped, while the others of its process manager go on.
struct stopped_process {
  uuid correlation_id{};
  failure why;
};

/// How far a process manager is.
struct process_status {
  std::string name;
  /// The position up to which it has reacted to the log.
  log_position position = 0;
  /// The position of the log's last event; `end - position` is the lag.
  log_position end = 0;
  /// Commands that have no answer yet, those that cannot be answered for now among them.
  std::uint64_t open_commands = 0;
  /// Timers that have not fired.
  std::uint64_t pending_timers = 0;
  /// How many processes have stopped, and the first hundred of them.
  std::uint64_t stopped_processes = 0;
  std::vector<stopped_process> stopped_first;
  /// What keeps commands or appends from being carried out for now, where something does.
  std::optional<failure> trouble;
  /// Why the process manager has stopped, where it has.
  std::optional<failure> stopped;
};

/// What a running process manager lets others see of itself. Any thread.
class process_board {
public:
  explicit process_board(std::string name) { status_.name = std::move(name); }

  process_status read() const {
    std::lock_guard guard{mutex_};
    return status_;
  }

  template <class Change>
  void write(Change change) {
    std::lock_guard guard{mutex_};
    change(status_);
  }

private:
  mutable std::mutex mutex_;
  process_status status_;
};

/// The name under which the place of a process manager in the log, and what is still to be done,
/// are stored among the read models.
std::string process_model_name(std::string_view process);

} // namespace annals

#pragma once

#include <annals/messages/ids.hpp>

#include <atomic>

namespace annals::postgres {

/// Wakes the thread that tells others of what this process has appended. Whoever rings does not
/// wait, and rings for nothing while nobody attends. Any thread.
class growth_bell {
public:
  growth_bell();
  ~growth_bell();
  growth_bell(const growth_bell&) = delete;
  growth_bell& operator=(const growth_bell&) = delete;

  /// The log has reached `position`.
  void ring(log_position position) noexcept;

  // For the one thread that attends, and who owns it.
  void begin() noexcept { has_ended_ = false; }
  void attend(bool yes) noexcept { is_attended_ = yes; }
  bool is_attended() const noexcept { return is_attended_; }
  /// Has that thread end.
  void end() noexcept;
  bool has_ended() const noexcept { return has_ended_; }
  /// Readable after it was rung, or ended.
  int file() const noexcept { return file_; }
  /// What it was rung for since the last call: the furthest position, or 0.
  log_position answer() noexcept;

private:
  void wake() noexcept;

  int file_;
  std::atomic<bool> is_attended_ = false;
  std::atomic<bool> has_ended_ = false;
  std::atomic<log_position> reached_ = 0;
};

} // namespace annals::postgres

#pragma once

#include <annals/messages/error.hpp>
#include <annals/persistence/lease.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace annals {

/// Something that one node at a time does, and whether this node does it. Any thread.
class duty {
public:
  explicit duty(std::string name) : name_{std::move(name)} {}

  /// The name of its lease.
  const std::string& name() const noexcept { return name_; }

  /// What is to be written under while it is this node's; nothing while it is not.
  std::optional<lease_fence> fence() const {
    std::lock_guard guard{mutex_};
    return fence_;
  }

  /// Who has it, where that is known and is another node; empty otherwise.
  std::string elsewhere() const {
    std::lock_guard guard{mutex_};
    return elsewhere_;
  }

  // -- for the membership -------------------------------------------------------------

  void begin(lease_fence fence) {
    std::lock_guard guard{mutex_};
    fence_ = std::move(fence);
    elsewhere_.clear();
    is_ending_ = has_settled_ = false;
    trouble_.reset();
  }
  /// Why it could not be taken over here, since `begin`.
  std::optional<failure> trouble() const {
    std::lock_guard guard{mutex_};
    return trouble_;
  }
  /// Asks who does it to store what is to be stored, and to stop.
  void ask_to_end() {
    std::lock_guard guard{mutex_};
    is_ending_ = fence_.has_value();
  }
  /// Blocks until that is done, or the time is over; whether it is done.
  bool wait_until_settled(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    return settled_.wait_for(lock, time, [this] { return has_settled_ || !is_ending_; });
  }
  void end() {
    std::lock_guard guard{mutex_};
    fence_.reset();
    is_ending_ = false;
  }
  void is_done_by(std::string node) {
    std::lock_guard guard{mutex_};
    elsewhere_ = std::move(node);
  }

  // -- for who does it ----------------------------------------------------------------

  bool is_ending() const {
    std::lock_guard guard{mutex_};
    return is_ending_;
  }
  void settle() {
    std::lock_guard guard{mutex_};
    has_settled_ = true;
    settled_.notify_all();
  }
  /// It cannot be begun here: another node is to have it.
  void cannot_begin(failure why) {
    std::lock_guard guard{mutex_};
    trouble_ = std::move(why);
  }

private:
  const std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable settled_;
  std::optional<lease_fence> fence_;
  std::string elsewhere_;
  std::optional<failure> trouble_;
  bool is_ending_ = false;
  bool has_settled_ = false;
};

} // namespace annals

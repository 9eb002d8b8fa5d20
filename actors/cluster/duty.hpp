#pragma once

#include <annals/persistence/lease.hpp>

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

  void begin(lease_fence fence) {
    std::lock_guard guard{mutex_};
    fence_ = std::move(fence);
    elsewhere_.clear();
  }
  void end() {
    std::lock_guard guard{mutex_};
    fence_.reset();
  }
  void is_done_by(std::string node) {
    std::lock_guard guard{mutex_};
    elsewhere_ = std::move(node);
  }

private:
  const std::string name_;
  mutable std::mutex mutex_;
  std::optional<lease_fence> fence_;
  std::string elsewhere_;
};

} // namespace annals

#pragma once

#include <annals/actors/cluster/placement.hpp>
#include <annals/messages/ids.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace annals {

/// The nodes that are there, as this process sees them, and who it is among them. What it knows is
/// read from any thread without waiting.
class known_nodes {
public:
  /// As they were last seen. Never blocks.
  std::shared_ptr<const placement> nodes() const { return nodes_.load(std::memory_order_acquire); }
  /// Empty for a client.
  const std::string& name() const noexcept { return name_; }
  /// Of this run of the process.
  const std::string& incarnation() const noexcept { return incarnation_; }
  /// Whether this node has told the others that it leaves.
  bool is_leaving() const noexcept { return is_leaving_; }

protected:
  explicit known_nodes(std::string name) : name_{std::move(name)} {}
  ~known_nodes() = default;

  const std::string name_;
  const std::string incarnation_ = to_string(make_id());
  std::atomic<bool> is_leaving_{false};
  std::atomic<std::shared_ptr<const placement>> nodes_{std::make_shared<const placement>()};
};

} // namespace annals

#pragma once

#include <annals/actors/rebuild.hpp>

#include <map>

namespace annals {

/// The rebuilds of a node, one a projection: the present one, or the last. Any thread.
class rebuild_board {
public:
  /// Gives `invalid_argument` where one is under way, and what `rebuild::begin` gives.
  result<void> begin(const std::string& projection, rebuild_parts parts, rebuild_settings how);
  /// Goes on with the one that is stored, if there is one.
  result<void> go_on(const std::string& projection, rebuild_parts parts);
  /// Null where there was none. It is as good as the board.
  std::shared_ptr<rebuild> find(const std::string& projection) const;
  /// Has the one of the projection end soon, since another node goes on with it; what is stored of
  /// it stays. Does not wait for that.
  void leave(const std::string& projection);
  /// Ends all of them; none begins later.
  void stop();

private:
  // Waits until those that were left have ended.
  void bury();

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<rebuild>> rebuilds_;
  std::vector<std::shared_ptr<rebuild>> left_;
  bool stopped_ = false;
};

} // namespace annals

#pragma once

#include <annals/persistence/memory/kept_event.hpp>
#include <annals/persistence/memory/stable_list.hpp>

#include <boost/functional/hash.hpp>

#include <mutex>
#include <unordered_map>
#include <vector>

namespace annals::memory {

/// Where the events of each correlation id are. Built when it is first asked and brought up to
/// date on each question, so that appending pays nothing for it.
class correlation_index {
public:
  explicit correlation_index(const stable_list<kept_event>& log) : log_{log} {}

  /// The positions past `after`, in order, at most `limit`. Any thread.
  std::vector<log_position> find(const uuid& id, log_position after, std::size_t limit);

private:
  void catch_up();

  const stable_list<kept_event>& log_;
  std::mutex mutex_;
  std::size_t taken_in_ = 0;
  std::unordered_map<uuid, std::vector<log_position>, boost::hash<uuid>> positions_;
};

} // namespace annals::memory

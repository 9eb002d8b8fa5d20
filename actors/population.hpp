#pragma once

#include <annals/actors/actors.hpp>
#include <annals/actors/traffic.hpp>
#include <annals/messages/aggregate_type.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// A live instance as the dispatcher knows it.
struct resident : boost::intrusive::list_base_hook<> {
  std::string id;
  aggregate_actor actor;
  std::shared_ptr<instance_traffic> commands;
  timestamp last_used{};
};

/// Of the id of an instance, for its shard and its place there.
struct id_hash {
  std::size_t operator()(std::string_view id) const noexcept {
    return boost::hash_range(id.begin(), id.end());
  }
};

/// The live instances of one aggregate type whose ids fall into one shard, in order of use. All
/// members but `oldest` under the lock that `lock` gives.
class population {
public:
  std::unique_lock<std::mutex> lock() { return std::unique_lock{mutex_}; }

  /// Null where the instance is not live.
  resident* find(std::string_view id);
  resident& add(std::string id, aggregate_actor actor, std::shared_ptr<instance_traffic> commands);
  /// Puts it at the end of the order of use.
  void touch(resident& used, timestamp when);

  /// Takes the least recently used out that has no command under way and was last used at `until`
  /// or before; null where there is none among the first few.
  std::unique_ptr<resident> take_idle(timestamp until);
  /// Takes out all that have no command under way and are as `wanted` says.
  template <class Wanted>
  std::vector<std::unique_ptr<resident>> take_idle_ones(Wanted wanted) {
    std::vector<std::unique_ptr<resident>> taken;
    for (auto next = by_use_.begin(); next != by_use_.end();) {
      auto& one = *next++;
      if (one.commands->under_way.load(std::memory_order_acquire) == 0 && wanted(one))
        taken.push_back(take(one));
    }
    return taken;
  }
  /// Takes out whichever comes first; null where there is none.
  std::unique_ptr<resident> take_any();

  template <class Visit>
  void each(Visit visit) {
    for (auto& one : by_use_)
      visit(one);
  }

  /// When the least recently used was used; the far future where there is none. Any thread.
  timestamp oldest() const noexcept {
    return timestamp{timestamp::duration{oldest_.load(std::memory_order_relaxed)}};
  }

private:
  static constexpr auto never = std::numeric_limits<timestamp::rep>::max();

  std::unique_ptr<resident> take(resident& one);
  void note_oldest() noexcept;

  std::mutex mutex_;
  boost::unordered_flat_map<std::string_view, std::unique_ptr<resident>, id_hash> by_id_;
  boost::intrusive::list<resident> by_use_;
  std::atomic<timestamp::rep> oldest_{never};
};

/// All live instances of one type; callers of different threads seldom meet at the same lock.
struct populations {
  explicit populations(const aggregate_type& of) : type{&of} {}

  population& shard_of(std::string_view id) { return shards[id_hash{}(id) % shards.size()]; }

  const aggregate_type* type;
  std::array<population, 16> shards;
};

} // namespace annals

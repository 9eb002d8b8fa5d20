#pragma once

#include <annals/messages/command.hpp>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <vector>

namespace annals {

/// The newest commands of one aggregate instance with their receipts, by which a repeat is
/// recognised. Built from the stream: an event carries the id of its command as causation id.
class command_memory {
public:
  struct entry {
    uuid id{};
    stream_version version = 0;
    /// 0 until the events are durable.
    log_position position = 0;
    std::uint32_t events = 0;
  };

  /// Remembers at most `capacity` commands (1 or more), the oldest leave first.
  explicit command_memory(std::size_t capacity = 1) : capacity_{capacity} {}

  /// Null where the id is not remembered. Valid until the next change.
  entry* find(const uuid& id);

  /// Adds a command, or replaces what is known of it.
  void remember(const entry& command);

  /// Adds a command that is not remembered.
  void add(const entry& command);

  void clear();
  std::size_t size() const noexcept { return entries_.size(); }

private:
  // Up to here a look through all entries costs less than an index, in time and memory: most
  // instances never pass it.
  static constexpr std::size_t unindexed = 16;

  struct hash {
    std::size_t operator()(const uuid& id) const noexcept;
  };

  void index_all();

  std::size_t capacity_;
  // A ring once it is full; `oldest_` is the next to leave.
  std::vector<entry> entries_;
  std::size_t oldest_ = 0;
  std::unique_ptr<boost::unordered_flat_map<uuid, std::uint32_t, hash>> index_;
};

} // namespace annals

#pragma once

#include <annals/messages/command.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace annals {

/// The newest commands of one aggregate instance with their receipts, by which a repeat is
/// recognised. Built from the stream: an event carries the id of its command as causation id.
///
/// Ids that sort by time, as UUIDs of version 7, come nearly in order: kept sorted, a new one is
/// looked for and put in near the end, which costs the same however many there are. Ids of another
/// kind, or more of them than are kept, get an index.
class command_memory {
public:
  struct entry {
    uuid id{};
    /// The version after the command; never falls from one command to the next.
    stream_version version = 0;
    /// Of the command's last event; 0 where it had none, or is not durable yet.
    log_position position = 0;
    std::uint32_t events = 0;
    /// Whether what became of the command is stored.
    bool durable = false;
    /// `command_digest` of the body; 0 where it is not known.
    std::uint64_t digest = 0;
    /// Why the command was rejected, or null where it was accepted.
    std::shared_ptr<const failure> why{};
  };

  /// Remembers at most `capacity` commands (1 or more), the oldest leave first.
  explicit command_memory(std::size_t capacity = 1) : capacity_{capacity} {}

  /// Null where the id is not remembered. Valid until the next change.
  entry* find(const uuid& id);

  /// Adds a command that is not remembered.
  void add(const entry& command);

  /// Takes in commands that came before all that are remembered, in order of version. Of two
  /// entries of one command the one that knows of more events stays, or else the one that is
  /// remembered.
  void add_older(std::vector<entry> older);

  void clear();
  std::size_t size() const noexcept { return entries_.size(); }

private:
  struct hash {
    std::size_t operator()(const uuid& id) const noexcept;
  };

  std::vector<entry>::iterator place_of(const uuid& id);
  void index_all();
  void add_to_ring(const entry& command);

  std::size_t capacity_;
  // Sorted by id as long as there is no index; with one in order of time, and a ring once it is
  // full, of which `oldest_` is the next to leave.
  std::vector<entry> entries_;
  // The last of the sorted, beside the rest: most ids come after it, and then nothing else is read.
  uuid newest_{};
  std::size_t oldest_ = 0;
  std::unique_ptr<boost::unordered_flat_map<uuid, std::uint32_t, hash>> index_;
};

} // namespace annals

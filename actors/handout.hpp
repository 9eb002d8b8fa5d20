#pragma once

#include <annals/messages/events.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace annals {

/// Which consumer of a subscription has been given which event. Events of one stream go to one
/// consumer at a time, in order; those that a consumer leaves behind go to another before later
/// ones of their stream. The streams are divided over the subscription's partitions, of which it
/// hands out those that were begun, each from a place of its own. Not thread-safe; knows neither
/// actors nor stores.
class handout {
public:
  using consumer_id = std::uint64_t;
  /// A partition of the subscription; 0 is the only one where there is one.
  using part_id = std::uint32_t;

  /// What one stored event stands for.
  using events = std::shared_ptr<const std::vector<recorded_event>>;

  struct given {
    consumer_id to;
    part_id part;
    log_position position;
    events what;
  };

  /// `partitions`: how many the streams are divided over; `window`: how many events a consumer may
  /// have; `one_active`: only the first consumer is given any.
  handout(part_id partitions, std::size_t window, bool one_active)
      : partitions_{partitions}, window_{window}, one_active_{one_active} {}

  void join(consumer_id consumer);
  void leave(consumer_id consumer);
  std::size_t consumers() const noexcept { return consumers_.size(); }

  /// The partition is handed out from now on, beginning behind that position.
  void begin(part_id part, log_position behind);
  /// Nothing more of it is given; what consumers have may still be acknowledged.
  void close(part_id part);
  /// What is left of it is forgotten.
  void end(part_id part);

  /// The partition of a stream, where its event at that position is still to be taken in.
  std::optional<part_id> wants(log_position position, std::string_view stream) const;
  /// The next event that passes the filter, of a partition that wants it.
  void take_in(part_id part, log_position position, const std::string& stream, events what);
  /// The log has been looked at up to here.
  void has_read(log_position position);

  /// What a consumer is to be given now, which it then has; nothing where all have enough, or
  /// nothing waits that may be given.
  std::vector<given> give();

  /// Nothing happens where the consumer does not have it.
  void acknowledge(consumer_id consumer, log_position position);

  /// The position up to which the log has been taken in for all open partitions; nothing where
  /// there is none.
  std::optional<log_position> read_to() const noexcept;
  /// Everything of a partition that has begun has been acknowledged up to here.
  log_position acknowledged(part_id part) const;
  std::size_t waiting() const noexcept { return waiting_.size(); }
  std::size_t in_flight() const noexcept;
  /// The same of one partition.
  std::size_t in_flight(part_id part) const;

private:
  struct entry {
    part_id part = 0;
    std::string stream;
    events what;
    consumer_id owner = 0;
  };
  struct place {
    consumer_id id;
    std::size_t has = 0;
  };
  struct hold {
    consumer_id owner = 0;
    std::size_t count = 0;
  };

  struct partition {
    log_position read_to = 0;
    // Not acknowledged yet.
    std::set<log_position> open{};
    // Of these, how many a consumer has.
    std::size_t given = 0;
    bool is_closed = false;
  };

  place* find(consumer_id consumer);
  place* with_room(const std::string& stream);
  void release(entry& of);

  part_id partitions_;
  std::size_t window_;
  bool one_active_;
  std::vector<place> consumers_;
  std::map<part_id, partition> parts_;
  // Not acknowledged yet.
  std::map<log_position, entry> open_;
  // Of these, those that may be given and are given to no one.
  std::set<log_position> waiting_;
  // Streams with events that a consumer has.
  std::unordered_map<std::string, hold> holds_;
};

} // namespace annals

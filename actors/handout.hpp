#pragma once

#include <annals/messages/events.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace annals {

/// Which consumer of a subscription has been given which event. Events of one stream go to one
/// consumer at a time, in order; those that a consumer leaves behind go to another before later
/// ones of their stream. Not thread-safe; knows neither actors nor stores.
class handout {
public:
  using consumer_id = std::uint64_t;

  /// What one stored event stands for.
  using events = std::shared_ptr<const std::vector<recorded_event>>;

  struct given {
    consumer_id to;
    log_position position;
    events what;
  };

  /// `window`: how many a consumer may have; `one_active`: only the first consumer is given any.
  handout(log_position begin, std::size_t window, bool one_active)
      : read_to_{begin}, window_{window}, one_active_{one_active} {}

  void join(consumer_id consumer);
  void leave(consumer_id consumer);
  std::size_t consumers() const noexcept { return consumers_.size(); }

  /// The next event of the log that passes; null where this one does not.
  void take_in(log_position position, const std::string& stream, events what);

  /// What a consumer is to be given now, which it then has; nothing where all have enough, or
  /// nothing waits that may be given.
  std::vector<given> give();

  /// Nothing happens where the consumer does not have it.
  void acknowledge(consumer_id consumer, log_position position);

  /// The position up to which the log has been taken in.
  log_position read_to() const noexcept { return read_to_; }
  /// Everything up to here has been acknowledged.
  log_position acknowledged() const noexcept;
  std::size_t waiting() const noexcept { return waiting_.size(); }
  std::size_t in_flight() const noexcept { return open_.size() - waiting_.size(); }

private:
  struct entry {
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

  place* find(consumer_id consumer);
  place* with_room(const std::string& stream);
  void release(entry& of);

  log_position read_to_;
  std::size_t window_;
  bool one_active_;
  std::vector<place> consumers_;
  // Not acknowledged yet.
  std::map<log_position, entry> open_;
  // Of these, not given to anyone.
  std::set<log_position> waiting_;
  // Streams with events that a consumer has.
  std::unordered_map<std::string, hold> holds_;
};

} // namespace annals

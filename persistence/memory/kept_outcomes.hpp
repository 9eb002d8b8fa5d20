#pragma once

#include <annals/persistence/answered_commands.hpp>
#include <annals/persistence/event_store.hpp>
#include <annals/persistence/text_hash.hpp>

#include <boost/functional/hash.hpp>

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace annals::memory {

/// The outcomes of commands, by stream, by correlation id and by age. Not thread-safe.
class kept_outcomes {
public:
  /// Whether the command has its final outcome in the stream.
  bool has_final(std::string_view stream, const uuid& command_id) const;

  /// The commands that have their final outcome in the stream.
  answered_commands answered_in(std::string_view stream) const;

  /// The final outcome of the command in the stream, or nothing.
  std::optional<command_outcome> final_of(std::string_view stream, const uuid& command_id) const;

  /// Whether the outcome is there: of the same stream, command and time, or a final one for
  /// another.
  bool has(const command_outcome& outcome) const;

  void add(command_outcome outcome);

  std::vector<command_outcome> of_stream(std::string_view stream, timestamp since,
                                         std::size_t limit) const;
  std::vector<command_outcome> of_correlation(const uuid& id, std::size_t limit) const;
  outcome_page list(std::uint64_t from, std::size_t limit) const;
  std::uint64_t forget(timestamp before, std::size_t limit);

private:
  // By time, then in the order in which they came.
  using place = std::pair<timestamp, std::uint64_t>;

  struct of_one_stream {
    std::set<place> places;
    // The number of the final outcome of each command.
    std::map<uuid, std::uint64_t> answered;
  };

  void remove(const place& oldest);

  std::uint64_t next_ = 1;
  std::map<std::uint64_t, command_outcome> by_number_;
  std::set<place> by_age_;
  std::unordered_map<std::string, of_one_stream, text_hash, std::equal_to<>> by_stream_;
  std::unordered_map<uuid, std::set<place>, boost::hash<uuid>> by_correlation_;
};

} // namespace annals::memory

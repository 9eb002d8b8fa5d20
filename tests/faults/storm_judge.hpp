#pragma once

#include "tests/faults/storm_diary.hpp"

#include <annals/persistence/event_store.hpp>

#include <map>
#include <string>
#include <vector>

namespace annals::tests::storm {

/// What the store says when the storm is over, held against the diary.
class judge {
public:
  judge(std::uint32_t seed, const diary& written);

  /// Reads the whole store.
  void read(event_reader& store);
  /// Holds every command and every answer against it.
  void compare();

  /// The first of what is wrong; all is well where it is empty.
  const std::vector<std::string>& findings() const noexcept { return findings_; }
  std::uint64_t found() const noexcept { return found_; }

  std::uint64_t accepted() const noexcept { return accepted_; }
  std::uint64_t rejected() const noexcept { return rejected_; }
  std::uint64_t answers() const noexcept { return answers_; }
  std::uint64_t failures_recorded() const noexcept { return failures_recorded_; }
  log_position events() const noexcept { return last_; }
  /// By account: the sum of its events.
  std::map<std::string, std::int64_t> balances() const;

private:
  // What became of a command by the store's word.
  struct effect {
    std::vector<recorded_event> events;
    std::vector<command_outcome> outcomes;
  };

  void take(const recorded_event& event);
  void take_outcomes(event_reader& store, const std::string& account);
  void compare(place at, const std::vector<answer>& answers, const effect& had);
  void compare_events(const planned& one, const std::vector<recorded_event>& events,
                      const std::string& what);
  void compare_outcome(const planned& one, const effect& had, const std::string& what);
  void check(bool good, const std::string& what);

  std::uint32_t seed_;
  const diary& diary_;
  std::map<uuid, effect> effects_;
  // By stream, the balance after each version, that of version 0 first.
  std::map<std::string, std::vector<std::int64_t>> history_;
  log_position last_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t failures_recorded_ = 0;
  std::uint64_t found_ = 0;
  std::vector<std::string> findings_;
};

} // namespace annals::tests::storm

#pragma once

#include "tests/faults/storm_plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace annals::tests::storm {

/// An answer that a caller was given: a receipt, or the reason of a rejection.
struct answer {
  bool accepted = false;
  std::string stream;
  stream_version version = 0;
  log_position position = 0;
  std::uint32_t events = 0;
  std::string reason;

  bool operator==(const answer&) const = default;
};

/// What all runs of the program wrote down before it counted as done. A line is a word, mostly the
/// place of a command, and what belongs to it.
struct diary {
  /// Every command that was sent at least once, with the answers it was given.
  std::map<place, std::vector<answer>> asked;
  /// How often something happened: "failed", "lost", "repeat", "passivated", "unanswered",
  /// "contended".
  std::map<std::string, std::uint64_t> counts;
  /// What must not happen, in words.
  std::vector<std::string> troubles;

  static diary read(const std::string& path);
};

} // namespace annals::tests::storm

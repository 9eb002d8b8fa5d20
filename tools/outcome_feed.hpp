#pragma once

#include <annals/persistence/event_store.hpp>
#include <annals/tools/exit_code.hpp>

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace annals::tools {

/// The outcomes of one correlation id that led to no events, each once, in order of time.
class outcome_feed {
public:
  /// Takes in those that have been stored since the last time.
  outcome<> refresh(event_reader& reader, const uuid& correlation);

  /// Whether `refresh` has been called.
  bool begun() const noexcept { return begun_; }

  /// The next one, which is taken out; with a time, only one from before it.
  std::optional<command_outcome> next(std::optional<timestamp> before = {});

private:
  // A command that may be repeated can have several: each attempt has its time.
  using key = std::tuple<timestamp, uuid, std::string>;

  bool begun_ = false;
  std::set<key> seen_;
  std::deque<command_outcome> waiting_;
};

} // namespace annals::tools

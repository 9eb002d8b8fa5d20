#pragma once

#include <annals/actors/take_on.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// A place where two models are not the same.
struct model_difference {
  /// "/by_account/acc-1": a JSON pointer (RFC 6901) into the model; empty for all of it.
  std::string path;
  /// What is there, as JSON; empty where there is nothing.
  std::string live;
  std::string replayed;

  bool operator==(const model_difference&) const = default;
};

/// What a check of a read model against the log has found.
struct check_report {
  /// The position at which both are.
  log_position position = 0;
  /// How many places differ, and the first hundred of them.
  std::uint64_t count = 0;
  std::vector<model_difference> first;

  bool same() const noexcept { return count == 0; }
};

/// A read model as it is checked.
struct checked_model {
  /// As JSON.
  std::string json;
  log_position position = 0;
  projection_notes notes;
};

/// Compares two models as JSON, member by member.
check_report compare_models(std::string_view live, std::string_view replayed,
                            log_position position);

/// Replays the log up to where `live` is into a model beside it, leaving out what is parked or
/// skipped there, and compares the two. A projection whose parked events were retried may differ
/// where the order of events counts. Gives what `take_on` gives. Blocks while it reads.
result<check_report> check_model(event_reader& reader, const registry& domain,
                                 const projection_type& type, const checked_model& live,
                                 const replay_watch& watch = {});

} // namespace annals

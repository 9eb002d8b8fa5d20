#include <annals/tools/outcome_feed.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools {

outcome<> outcome_feed::refresh(event_reader& reader, const uuid& correlation) {
  auto found = reader.find_outcomes(correlation, std::numeric_limits<std::size_t>::max());
  if (!found)
    return tool_failure{found.error()};
  begun_ = true;
  for (auto& each : *found)
    if (each.events == 0 && seen_.emplace(each.time, each.command_id, each.stream).second)
      waiting_.push_back(std::move(each));
  // One may be stored after others that are later.
  std::ranges::stable_sort(waiting_, {}, &command_outcome::time);
  return {};
}

std::optional<command_outcome> outcome_feed::next(std::optional<timestamp> before) {
  if (waiting_.empty() || (before && waiting_.front().time >= *before))
    return std::nullopt;
  auto first = std::move(waiting_.front());
  waiting_.pop_front();
  return first;
}

} // namespace annals::tools

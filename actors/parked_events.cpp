#include <annals/actors/parked_events.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>

namespace annals {

failure not_parked(std::string_view whose, log_position position) {
  return {errc::not_found, std::string{whose} + " has parked no event at position "
                               + std::to_string(position)
                               + "; `projections parked` lists those that it has"};
}

std::set<log_position> with_those_behind(const std::vector<parked_event>& parked, bool by_stream,
                                         const parked_event& first) {
  std::set<log_position> chosen{first.position};
  if (by_stream)
    for (const auto& event : parked)
      if (event.stream == first.stream && event.position > first.position)
        chosen.insert(event.position);
  return chosen;
}

result<void> check_first_of_stream(const std::vector<parked_event>& parked, bool by_stream,
                                   const parked_event& chosen) {
  if (!by_stream)
    return {};
  auto first = std::ranges::find(parked, chosen.stream, &parked_event::stream);
  if (first->position == chosen.position)
    return {};
  return failure{errc::invalid_argument, "the event at position " + std::to_string(chosen.position)
                                             + " stands behind the parked one at position "
                                             + std::to_string(first->position) + " of the stream "
                                             + annals::quoted(chosen.stream)
                                             + "; retry or skip that one first"};
}

} // namespace annals

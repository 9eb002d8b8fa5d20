#include <annals/persistence/postgres/group_state.hpp>

#include <annals/persistence/append_rules.hpp>

#include <algorithm>

namespace annals::postgres {

namespace {

template <class Key>
void keep_each_once(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  auto doubled = std::ranges::unique(keys);
  keys.erase(doubled.begin(), doubled.end());
}

} // namespace

group_needs needs_of(std::span<const append_request> requests) {
  group_needs needs;
  for (const auto& request : requests) {
    needs.streams.emplace_back(request.stream);
    for (const auto& event : request.events)
      needs.commands.emplace_back(request.stream, event.causation_id);
    for (const auto& part : request.extras.parts)
      needs.streams.emplace_back(part.stream);
    for (const auto& outcome : request.extras.outcomes)
      if (is_final(outcome))
        needs.commands.emplace_back(outcome.stream, outcome.command_id);
    for (const auto& wanted : request.extras.reservations)
      needs.values.emplace_back(wanted.set, wanted.value);
    if (const auto& fence = request.extras.fence; !fence.empty())
      needs.fences.emplace_back(fence.name, fence.token);
  }
  keep_each_once(needs.streams);
  keep_each_once(needs.commands);
  keep_each_once(needs.values);
  keep_each_once(needs.fences);
  return needs;
}

} // namespace annals::postgres

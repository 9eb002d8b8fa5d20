#include <annals/actors/subscription.hpp>

#include <annals/messages/ids.hpp>

#include <algorithm>

namespace annals {

namespace {

bool holds(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

} // namespace

bool subscription_filter::takes_stream(std::string_view stream) const {
  return holds(streams, stream) && holds(aggregates, split_stream_name(stream).aggregate);
}

bool subscription_filter::takes(const recorded_event& event) const {
  return takes_stream(event.stream) && holds(types, event.type) && (!predicate || predicate(event));
}

} // namespace annals

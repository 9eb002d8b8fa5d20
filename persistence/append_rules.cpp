#include <annals/persistence/append_rules.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>

namespace annals {

namespace {

failure refuse(std::string why) { return {errc::invalid_argument, std::move(why)}; }

bool is_too_large(const new_event& event) {
  return event.type.size() + event.metadata.size() + event.payload.size() > largest_event;
}

} // namespace

result<void> check_request(const append_request& request) {
  if (request.stream.empty())
    return refuse("an append names no stream; give the stream's name");
  if (request.events.empty())
    return refuse("the append to stream " + quoted(request.stream)
                  + " holds no events; give at least one");
  if (std::ranges::any_of(request.events, is_too_large))
    return refuse("an event for stream " + quoted(request.stream)
                  + " is larger than 512 MiB; store large data elsewhere and refer to it");
  return {};
}

failure version_conflict(std::string_view stream, stream_version expected, stream_version actual) {
  return {errc::version_conflict, "stream " + quoted(stream) + " is at version "
                                      + std::to_string(actual) + ", not at the expected "
                                      + std::to_string(expected) + "; load it and decide again"};
}

} // namespace annals

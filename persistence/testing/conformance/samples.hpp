#pragma once

#include <annals/persistence/event_store.hpp>

// What the tests of stores write, and short ways to do it. Each fails loudly where a call fails
// that should not.
namespace annals::conformance {

/// An event with every member set, unlike any other.
new_event sample_event(std::string payload = "{}");

/// `count` events for the end of `stream`.
append_request sample_request(std::string stream, stream_version expected, std::size_t count = 1);

/// `count` events for another stream of an append; 0 only asks for its version.
stream_part sample_part(std::string stream, stream_version expected, std::size_t count = 1);

/// An outcome with every member set, of a command unlike any other, that was rejected and had no
/// events.
command_outcome sample_outcome(std::string stream);

/// A request that stores nothing but an outcome, or takes or gives back one value.
append_request with_outcome(const command_outcome& outcome, stream_version expected = 0);
append_request taking(std::string stream, std::string value, stream_version expected = 0);
append_request releasing(std::string stream, std::string value, stream_version expected = 0);

/// Appends one request.
append_outcome append(event_store& store, const append_request& request);

/// Appends `count` events to a stream that is at `expected`; where the last one went.
appended fill(event_store& store, std::string stream, stream_version expected, std::size_t count);

/// What a request makes of its stream and the log, when its first event goes to `position`.
std::vector<recorded_event> recorded(const append_request& request, log_position position);

/// The versions, or the positions, of some events.
std::vector<stream_version> versions(const std::vector<recorded_event>& events);
std::vector<log_position> positions(const std::vector<recorded_event>& events);

/// The whole log, by a reader of its own.
std::vector<recorded_event> whole_log(event_store& store);

} // namespace annals::conformance

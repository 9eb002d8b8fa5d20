#pragma once

#include <annals/messages/events.hpp>

#include <string>
#include <string_view>

namespace annals {

/// Appends a recorded event as the JSON in which events leave the process, on one line without an
/// end of line:
///
///     {"id":…,"correlationID":…,"causationID":…,"commandDigest":…,"sourceID":<the stream's name>,
///      "version":…,"position":…,"eventType":…,"schemaVersion":…,"time":…,"metadata":…,"event":…}
///
/// Payload and metadata go in byte for byte, except that an end of line between their tokens
/// becomes a space. Ids that are nil are null; `metadata` is left out where there is none, and
/// `commandDigest` (16 lower-case hexadecimal digits in a string) where it is 0. Gives
/// `undecodable`, naming type, stream and position, where what is stored is not JSON; `text` is
/// then as it was.
result<void> append_envelope(std::string& text, const recorded_event& event);

/// Reads an envelope. `metadata`, `position`, `schemaVersion` (then 1), `correlationID`,
/// `causationID` and `commandDigest` may be absent; any other member must be there, and none may
/// stand twice or be unknown. Checks the shape of stream and type names; payload and metadata are
/// kept byte for byte. Gives `undecodable` naming the member and what was found there.
result<recorded_event> parse_envelope(std::string_view text);

} // namespace annals

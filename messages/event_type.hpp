#pragma once

#include <annals/messages/events.hpp>
#include <annals/messages/json/codec.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace annals {

/// A type of event as the running system sees it.
struct event_type {
  std::string name;
  std::uint32_t schema_version = 1;
  boost::json::object (*schema)();
  /// Whether a stored event can be decoded into the type.
  result<void> (*check)(const recorded_event& event);
};

/// "event bank.opened at version 3 of stream 'bank.account-1' (position 17)".
std::string describe(const recorded_event& event);

/// Whether this program's type is at least as new as the stored event. Gives `undecodable`.
result<void> check_schema_version(const recorded_event& event, std::uint32_t known);

/// The failure that an event whose type the domain does not know causes: `unknown_event_type`.
failure unknown_event(const recorded_event& event);

/// Decodes a stored event. A member that an event of an older schema version lacks takes its
/// default; at the present one it is an error. Gives `undecodable` naming type, member, stream and
/// position.
template <class Event>
result<Event> decode_event(const recorded_event& stored) {
  if (auto fits = check_schema_version(stored, Event::name.schema_version()); !fits)
    return fits.error();
  auto missing = missing_at(stored.schema_version, Event::name.schema_version());
  auto event = from_json<Event>(stored.payload, unknown_members::ignore, missing);
  if (!event)
    return failure{errc::undecodable, describe(stored) + ": " + event.error().message};
  return event;
}

/// The one description of an event type in this program.
template <class Event>
const event_type& event_type_of() {
  static const event_type type{std::string{Event::name.text()}, Event::name.schema_version(),
                               [] { return schema_of<Event>(); },
                               [](const recorded_event& stored) -> result<void> {
                                 if (auto event = decode_event<Event>(stored); !event)
                                   return event.error();
                                 return {};
                               }};
  return type;
}

} // namespace annals

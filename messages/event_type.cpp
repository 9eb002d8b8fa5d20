#include <annals/messages/event_type.hpp>

#include <annals/messages/text.hpp>

namespace annals {

std::string describe(const recorded_event& event) {
  return "event " + event.type + " at version " + std::to_string(event.version) + " of stream "
         + quoted(event.stream) + " (position " + std::to_string(event.position) + ")";
}

result<void> check_schema_version(const recorded_event& event, std::uint32_t known) {
  if (event.schema_version <= known)
    return {};
  return failure{errc::undecodable, describe(event) + " has schema version "
                                        + std::to_string(event.schema_version)
                                        + ", this program knows up to " + std::to_string(known)
                                        + "; deploy the program that wrote it"};
}

failure unknown_event(const recorded_event& event) {
  return {errc::unknown_event_type,
          describe(event)
              + " has a type that this domain does not know; deploy a domain that "
                "lists it (a renamed struct keeps its event_name)"};
}

} // namespace annals

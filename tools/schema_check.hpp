#pragma once

#include <annals/messages/registry.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace annals::tools {

/// What `schema check` says of one change.
struct schema_finding {
  /// Whether what was stored or sent is not read as it was meant; otherwise a warning.
  bool breaks = true;
  /// "event", "command" or "state".
  std::string kind;
  /// The event's or aggregate's name; "bank.account deposit" for a command.
  std::string name;
  /// The schema version in the file.
  std::uint32_t schema_version = 1;
  std::string what;
};

/// "event bank.opened (schema version 1): …".
std::string to_string(const schema_finding& finding);

/// What a domain cannot read any more of what a domain with this schema file (as
/// `read_schema_file` gives it) has stored and is sent, in the order of the file.
std::vector<schema_finding> check_schema(const boost::json::object& before, const registry& domain);

} // namespace annals::tools

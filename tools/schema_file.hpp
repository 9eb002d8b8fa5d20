#pragma once

#include <annals/messages/registry.hpp>
#include <annals/tools/exit_code.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace annals::tools {

/// The format of the file that `schema export` writes. A newer one is not read.
inline constexpr std::int64_t schema_file_format = 1;

/// The schema file of a domain, in order of name, so that two exports of one domain are the same
/// text and a change is a small difference:
///
///     {"annals": 1,
///      "commands": {AGGREGATE: {NAME: {"schemaVersion": 1, "schema": JSON SCHEMA}}},
///      "events": {NAME: {"schemaVersion": 1, "schema": JSON SCHEMA}},
///      "states": {AGGREGATE: {"schemaVersion": 1, "schema": JSON SCHEMA}},
///      "upcasters": [{"from": "event", "type": NAME, "schemaVersion": 1}]}
boost::json::object schema_file_of(const registry& domain);

/// The file as text: indented, with an end of line at its end.
std::string write_schema_file(const boost::json::object& file);

/// What such a text holds. Gives "input", naming what is wrong: no JSON, cut short, not such a
/// file, or of a newer format.
outcome<boost::json::object> read_schema_file(std::string_view text, std::string_view name);

} // namespace annals::tools

#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals::tools {

/// How JSON of an old schema is read by the type that has the new one.
struct reading_rules {
  /// Whether a member that is missing takes its default: JSON of an older schema version.
  bool missing_takes_default = false;
  /// Whether a member that the type does not have is refused: commands and states.
  bool refuses_unknown = false;
};

/// A change after which JSON of the old schema is not read, or not read as it was meant.
struct schema_change {
  /// The member, with the path to it: "item.prices[].cents"; empty for the whole.
  std::string where;
  std::string what;
  /// Whether a member has come or gone, rather than one that stayed having changed.
  bool of_membership = false;
};

/// "member item.cents: …".
std::string to_string(const schema_change& change);

/// All changes between two JSON Schemas as `schema_of` writes them, in order of the old one. What
/// only widens (a member that may now be left out, more values of an enumeration, a wider range of
/// integers) is none. Types that the library did not write the schema of must be the same.
std::vector<schema_change> compare_schemas(const boost::json::object& before,
                                           const boost::json::object& after, reading_rules rules);

} // namespace annals::tools

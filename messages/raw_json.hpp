#pragma once

#include <annals/messages/json/codec.hpp>

#include <boost/json/serialize.hpp>

#include <string>

namespace annals {

/// JSON that someone else wrote, as a member of a described struct: it stands in the struct's own
/// JSON as it is, instead of as a string with escapes. Empty is null.
struct raw_json {
  std::string text;

  bool operator==(const raw_json&) const = default;
};

template <>
struct json_codec<raw_json> {
  static void write(json_out& out, const raw_json& value) {
    out.raw(value.text.empty() ? std::string_view{"null"} : std::string_view{value.text});
  }
  static bool read(const boost::json::value& json, raw_json& value, json_in&) {
    value.text = json.is_null() ? std::string{} : boost::json::serialize(json);
    return true;
  }
  static boost::json::value schema(schema_builder&) { return boost::json::object{}; }
};

} // namespace annals

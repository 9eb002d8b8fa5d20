#pragma once

#include <annals/messages/json/in.hpp>
#include <annals/messages/json/out.hpp>
#include <annals/messages/json/schema.hpp>

#include <boost/core/type_name.hpp>

#include <string>
#include <string_view>

namespace annals {

/// How a type is JSON: one specialisation a kind of type, all three directions in one place.
///
///     static void write(json_out& out, const T& value);
///     static bool read(const boost::json::value& json, T& value, json_in& in);
///     static boost::json::value schema(schema_builder& builder);
///
/// The library has them for described structs and enums, bool, integers, floating point, strings,
/// bytes, UUIDs, chrono, optional, variant, pair, sequences, sets and maps of these. A domain may
/// specialise it for a type of its own.
template <class T>
struct json_codec;

template <class T>
concept json_codable = requires(const T& value, json_out& out) {
  json_codec<T>::write(out, value);
};

/// The name of a type in messages to people: its durable name where it has one, otherwise the C++
/// name without its namespaces.
template <class T>
std::string type_label() {
  if constexpr (requires { T::name.text(); })
    return std::string{T::name.text()};
  auto full = boost::core::type_name<T>();
  auto colon = full.find('<') == std::string::npos ? full.rfind("::") : std::string::npos;
  return colon == std::string::npos ? full : full.substr(colon + 2);
}

namespace detail {

/// `domain_threw`, with what was thrown. Called inside a catch block.
failure codec_threw(std::string_view doing, std::string_view type);

} // namespace detail

/// Appends the value as JSON. Gives `unencodable` naming type and member, or `domain_threw` where a
/// codec of the domain's own threw; `text` is then as it was.
template <class T>
result<void> append_json(std::string& text, const T& value) {
  auto before = text.size();
  json_out out{text};
  try {
    json_codec<T>::write(out, value);
  } catch (...) { // a codec of the domain's own
    text.resize(before);
    return detail::codec_threw("writing", type_label<T>());
  }
  if (!out.failed())
    return {};
  text.resize(before);
  return out.why(type_label<T>());
}

/// The value as JSON text. Gives `unencodable` naming type and member.
template <class T>
result<std::string> to_json(const T& value) {
  std::string text;
  if (auto written = append_json(text, value); !written)
    return written.error();
  return text;
}

/// The value that a parsed JSON holds. A failure has the code `undecodable` and names the type,
/// the member and what was found there; or it is `domain_threw`, as above.
template <class T>
result<T> from_json_value(const boost::json::value& json,
                          unknown_members rule = unknown_members::refuse,
                          missing_members missing = missing_members::refuse) {
  json_in in{rule, missing};
  try {
    T value{};
    if (json_codec<T>::read(json, value, in))
      return value;
  } catch (...) { // a codec, or an initialiser, of the domain's own
    return detail::codec_threw("reading", type_label<T>());
  }
  return in.why(errc::undecodable, type_label<T>());
}

/// The value that a JSON text holds, as above; also `undecodable` where the text is not JSON.
template <class T>
result<T> from_json(std::string_view text, unknown_members rule = unknown_members::refuse,
                    missing_members missing = missing_members::refuse) {
  json_document document;
  if (auto parsed = document.parse(text); !parsed)
    return failure{errc::undecodable, type_label<T>() + ": " + parsed.error().message};
  return from_json_value<T>(document.root(), rule, missing);
}

/// The JSON Schema (draft 2020-12) of a type, nested types under "$defs".
template <class T>
boost::json::object schema_of() {
  schema_builder builder;
  auto root = json_codec<T>::schema(builder);
  return builder.finish(std::move(root));
}

} // namespace annals

#pragma once

#include <annals/messages/bytes.hpp>
#include <annals/messages/ids.hpp>
#include <annals/messages/json/codec.hpp>

#include <cmath>
#include <concepts>
#include <limits>

namespace annals {

template <>
struct json_codec<bool> {
  static void write(json_out& out, bool value) { out.raw(value ? "true" : "false"); }
  static bool read(const boost::json::value& json, bool& value, json_in& in) {
    if (!json.is_bool())
      return in.expected("true or false", json);
    value = json.get_bool();
    return true;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "boolean"}};
  }
};

/// Integers at full width: a number that does not fit is refused, never cut.
template <std::integral Integer>
struct json_codec<Integer> {
  using limits = std::numeric_limits<Integer>;

  static void write(json_out& out, Integer value) {
    if constexpr (std::is_signed_v<Integer>)
      out.integer(static_cast<std::int64_t>(value));
    else
      out.integer(static_cast<std::uint64_t>(value));
  }
  static bool read(const boost::json::value& json, Integer& value, json_in& in) {
    if (json.is_int64() && std::in_range<Integer>(json.get_int64()))
      value = static_cast<Integer>(json.get_int64());
    else if (json.is_uint64() && std::in_range<Integer>(json.get_uint64()))
      value = static_cast<Integer>(json.get_uint64());
    else
      return in.expected("a whole number from " + std::to_string(limits::min()) + " to "
                             + std::to_string(limits::max()),
                         json);
    return true;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{
        {"type", "integer"}, {"minimum", limits::min()}, {"maximum", limits::max()}};
  }
};

template <std::floating_point Number>
struct json_codec<Number> {
  static void write(json_out& out, Number value) { out.number(static_cast<double>(value)); }
  static bool read(const boost::json::value& json, Number& value, json_in& in) {
    boost::json::error_code error;
    auto number = json.to_number<double>(error);
    if (error || std::abs(number) > static_cast<double>(std::numeric_limits<Number>::max()))
      return in.expected("a number", json);
    value = static_cast<Number>(number);
    return true;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "number"}};
  }
};

template <>
struct json_codec<std::string> {
  static void write(json_out& out, const std::string& value) { out.string(value); }
  static bool read(const boost::json::value& json, std::string& value, json_in& in) {
    if (!json.is_string())
      return in.expected("a string", json);
    value.assign(json.get_string().data(), json.get_string().size());
    return true;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}};
  }
};

namespace detail {

/// For types whose JSON is a string with a form of its own.
template <class T, class Parse>
bool read_text(const boost::json::value& json, T& value, json_in& in, std::string_view wanted,
               Parse parse) {
  if (!json.is_string())
    return in.expected(wanted, json);
  auto parsed = parse(std::string_view{json.get_string().data(), json.get_string().size()});
  if (!parsed)
    return in.fail(parsed.error().message);
  value = std::move(*parsed);
  return true;
}

} // namespace detail

template <>
struct json_codec<bytes> {
  static void write(json_out& out, const bytes& value) { out.string(to_base64(value)); }
  static bool read(const boost::json::value& json, bytes& value, json_in& in) {
    return detail::read_text(json, value, in, "bytes in base64", parse_base64);
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}, {"contentEncoding", "base64"}};
  }
};

template <>
struct json_codec<uuid> {
  static void write(json_out& out, const uuid& value) { out.string(to_string(value)); }
  static bool read(const boost::json::value& json, uuid& value, json_in& in) {
    return detail::read_text(json, value, in, "a UUID", parse_uuid);
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}, {"format", "uuid"}};
  }
};

} // namespace annals

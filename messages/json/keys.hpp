#pragma once

#include <annals/messages/ids.hpp>
#include <annals/messages/json/in.hpp>
#include <annals/messages/time.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <charconv>
#include <concepts>
#include <string>
#include <type_traits>

namespace annals {

/// How a type is the key of a JSON object. A domain may specialise it for a type of its own.
template <class Key>
struct json_key;

template <>
struct json_key<std::string> {
  static const std::string& write(const std::string& key) { return key; }
  static bool read(std::string_view text, std::string& key, json_in&) {
    key = text;
    return true;
  }
};

template <std::integral Integer>
  requires(!std::same_as<Integer, bool>)
struct json_key<Integer> {
  static std::string write(Integer key) { return std::to_string(key); }
  static bool read(std::string_view text, Integer& key, json_in& in) {
    auto end = text.data() + text.size();
    auto [at, error] = std::from_chars(text.data(), end, key);
    return (error == std::errc{} && at == end) || in.fail("the key is not a whole number in range");
  }
};

template <class Enum>
  requires std::is_enum_v<Enum>
struct json_key<Enum> {
  static std::string write(Enum key) { return boost::describe::enum_to_string(key, "?"); }
  static bool read(std::string_view text, Enum& key, json_in& in) {
    return boost::describe::enum_from_string(std::string{text}.c_str(), key)
           || in.fail("the key is none of the enumeration's names");
  }
};

template <>
struct json_key<uuid> {
  static std::string write(const uuid& key) { return to_string(key); }
  static bool read(std::string_view text, uuid& key, json_in& in) {
    auto parsed = parse_uuid(text);
    if (!parsed)
      return in.fail(parsed.error().message);
    key = *parsed;
    return true;
  }
};

template <>
struct json_key<std::chrono::sys_days> {
  static std::string write(std::chrono::sys_days key) { return to_iso_date(key); }
  static bool read(std::string_view text, std::chrono::sys_days& key, json_in& in) {
    auto parsed = parse_iso_date(text);
    if (!parsed)
      return in.fail(parsed.error().message);
    key = *parsed;
    return true;
  }
};

} // namespace annals

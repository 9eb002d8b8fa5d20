#pragma once

#include <annals/messages/json/scalars.hpp>
#include <annals/messages/time.hpp>

#include <chrono>

namespace annals {

namespace detail {

template <class Duration>
split_seconds split(Duration value) {
  auto whole = std::chrono::floor<std::chrono::seconds>(value);
  return {whole, std::chrono::duration_cast<std::chrono::nanoseconds>(value - whole)};
}

/// Puts seconds and fraction together again; false where the unit is too coarse or too small.
template <class Duration>
bool join(split_seconds parts, Duration& value) {
  using wide = std::chrono::duration<long double>;
  auto size = wide{parts.whole} + wide{parts.fraction};
  if (size > wide{Duration::max()} || size < wide{Duration::min()})
    return false;
  value = std::chrono::duration_cast<Duration>(parts.whole);
  auto rest = parts.whole - std::chrono::duration_cast<std::chrono::seconds>(value);
  value += std::chrono::duration_cast<Duration>(rest + parts.fraction);
  auto back = split(value);
  return back.whole == parts.whole && back.fraction == parts.fraction;
}

} // namespace detail

/// Time points are RFC 3339 in UTC, to the nanosecond.
template <class Duration>
struct json_codec<std::chrono::sys_time<Duration>> {
  using value_type = std::chrono::sys_time<Duration>;

  static void write(json_out& out, value_type value) {
    out.string(to_rfc3339(detail::split(value.time_since_epoch())));
  }
  static bool read(const boost::json::value& json, value_type& value, json_in& in) {
    split_seconds parts;
    Duration since_epoch{};
    if (!detail::read_text(json, parts, in, "a time in RFC 3339", parse_rfc3339_split))
      return false;
    if (!detail::join(parts, since_epoch))
      return in.expected("a time that the member's unit can hold exactly", json);
    value = value_type{since_epoch};
    return true;
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}, {"format", "date-time"}};
  }
};

/// A day is its ISO 8601 date.
template <>
struct json_codec<std::chrono::sys_days> {
  static void write(json_out& out, std::chrono::sys_days value) { out.string(to_iso_date(value)); }
  static bool read(const boost::json::value& json, std::chrono::sys_days& value, json_in& in) {
    return detail::read_text(json, value, in, "a date", parse_iso_date);
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}, {"format", "date"}};
  }
};

template <>
struct json_codec<std::chrono::year_month_day> {
  static void write(json_out& out, std::chrono::year_month_day value) {
    if (!value.ok())
      return out.fail("there is no such date");
    out.string(to_iso_date(std::chrono::sys_days{value}));
  }
  static bool read(const boost::json::value& json, std::chrono::year_month_day& value,
                   json_in& in) {
    std::chrono::sys_days day{};
    if (!json_codec<std::chrono::sys_days>::read(json, day, in))
      return false;
    value = day;
    return true;
  }
  static boost::json::value schema(schema_builder& builder) {
    return json_codec<std::chrono::sys_days>::schema(builder);
  }
};

/// Durations are ISO 8601 in seconds, "PT90S" or "PT0.25S", whatever unit the member counts in,
/// so that a change of unit does not change what is stored.
template <std::integral Rep, class Period>
struct json_codec<std::chrono::duration<Rep, Period>> {
  using value_type = std::chrono::duration<Rep, Period>;

  static void write(json_out& out, value_type value) {
    out.string(to_iso_duration(detail::split(value)));
  }
  static bool read(const boost::json::value& json, value_type& value, json_in& in) {
    split_seconds parts;
    if (!detail::read_text(json, parts, in, "a duration such as PT1.5S", parse_iso_duration))
      return false;
    return detail::join(parts, value)
           || in.expected("a duration that the member's unit can hold exactly", json);
  }
  static boost::json::value schema(schema_builder&) {
    return boost::json::object{{"type", "string"}, {"format", "duration"}};
  }
};

} // namespace annals

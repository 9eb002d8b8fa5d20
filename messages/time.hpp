#pragma once

#include <annals/messages/error.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace annals {

/// A moment in UTC with microseconds, the precision of everything that is stored.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The wall clock now. Never blocks; any thread.
timestamp now();

/// RFC 3339 in UTC with as many fractional digits (0, 3 or 6) as the value needs:
/// "2011-10-01T06:08:58.256Z". Years 0000 to 9999.
std::string to_rfc3339(timestamp time);

/// Reads RFC 3339 with 'Z' or a numeric offset and 0 to 9 fractional digits; digits below the
/// microsecond are cut off. Gives `invalid_argument` naming the text.
result<timestamp> parse_rfc3339(std::string_view text);

/// A moment or a length of time as whole seconds and the rest: 0 <= fraction < 1 s, also below 0.
struct split_seconds {
  std::chrono::seconds whole{0};
  std::chrono::nanoseconds fraction{0};
};

/// RFC 3339 in UTC of a moment since 1970, with 0, 3, 6 or 9 fractional digits as needed.
std::string to_rfc3339(split_seconds since_epoch);

/// Reads RFC 3339 with up to 9 fractional digits, all of them kept. Gives `invalid_argument`.
result<split_seconds> parse_rfc3339_split(std::string_view text);

/// ISO 8601 in seconds: "PT90S", "PT0.25S", "-PT3S".
std::string to_iso_duration(split_seconds length);

/// Reads ISO 8601 with days, hours, minutes and seconds: "P1DT2H3M4.5S". Gives
/// `invalid_argument` naming the text.
result<split_seconds> parse_iso_duration(std::string_view text);

/// "2011-10-01".
std::string to_iso_date(std::chrono::sys_days day);

/// Reads "YYYY-MM-DD". Gives `invalid_argument` naming the text.
result<std::chrono::sys_days> parse_iso_date(std::string_view text);

} // namespace annals

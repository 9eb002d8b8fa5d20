#include <annals/messages/time.hpp>

#include <annals/messages/text.hpp>

namespace annals {

namespace {

using namespace std::chrono;

std::string padded(std::int64_t value, std::size_t digits) {
  auto text = std::to_string(value);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

// ".25" with as many groups of three digits as the value needs; nothing for none.
std::string fraction_text(nanoseconds fraction) {
  auto digits = padded(fraction.count(), 9);
  while (!digits.empty() && digits.ends_with("000"))
    digits.resize(digits.size() - 3);
  return digits.empty() ? digits : "." + digits;
}

// Takes numbers and separators off the front of a text; remembers that there was a mistake.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_{text} {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!at_digit()) {
        good_ = false;
        return 0;
      }
      value = value * 10 + (take() - '0');
    }
    return value;
  }

  // Any number of digits up to the width of a count of seconds.
  std::int64_t number() {
    std::int64_t value = 0;
    int digits = 0;
    for (; at_digit(); ++digits) {
      int digit = take() - '0';
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value))
        good_ = false;
    }
    good_ = good_ && digits > 0;
    return value;
  }

  nanoseconds fraction() {
    std::int64_t value = 0;
    int digits = 0;
    for (; at_digit(); ++digits)
      value = digits < 9 ? value * 10 + (take() - '0') : (take(), value);
    good_ = good_ && digits > 0 && digits <= 9;
    for (; digits < 9; ++digits)
      value *= 10;
    return nanoseconds{value};
  }

  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) { good_ = accept(c) && good_; }
  void fail() { good_ = false; }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool done() const { return good_ && rest_.empty(); }

private:
  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool good_ = true;
};

sys_days scan_date(scanner& in) {
  int y = in.number(4);
  in.expect('-');
  int m = in.number(2);
  in.expect('-');
  int d = in.number(2);
  year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) {
    in.fail();
    return {};
  }
  return sys_days{date};
}

split_seconds scan_clock(scanner& in) {
  int h = in.number(2);
  in.expect(':');
  int m = in.number(2);
  in.expect(':');
  int s = in.number(2);
  if (h > 23 || m > 59 || s > 59)
    in.fail();
  auto fraction = in.accept('.') ? in.fraction() : nanoseconds{0};
  return {hours{h} + minutes{m} + seconds{s}, fraction};
}

minutes scan_offset(scanner& in) {
  if (in.accept('Z') || in.accept('z'))
    return minutes{0};
  int sign = in.accept('-') ? -1 : 1;
  if (sign == 1)
    in.expect('+');
  int h = in.number(2);
  in.expect(':');
  int m = in.number(2);
  if (h > 23 || m > 59)
    in.fail();
  return sign * (hours{h} + minutes{m});
}

// One "12H" of a duration: adds it to `length` if `unit` follows the number.
struct duration_scan {
  scanner& in;
  split_seconds length{};
  int parts = 0;

  // Reads numbers with units in the order of `units`, each at most once.
  void run(std::string_view units, const std::int64_t* unit_seconds) {
    for (std::size_t i = 0; in.at_digit() && !units.empty(); ++parts) {
      auto value = in.number();
      if (units.ends_with('S') && in.accept('.'))
        length.fraction = in.fraction(), i = units.size() - 1;
      while (i < units.size() && !in.accept(units[i]))
        ++i;
      if (i == units.size())
        return in.fail();
      add(value, unit_seconds[i++]);
    }
  }

  void add(std::int64_t value, std::int64_t unit) {
    std::int64_t total = length.whole.count();
    if (__builtin_mul_overflow(value, unit, &value) || __builtin_add_overflow(total, value, &total))
      in.fail();
    else
      length.whole = seconds{total};
  }
};

} // namespace

timestamp now() { return floor<microseconds>(system_clock::now()); }

std::string to_iso_date(sys_days day) {
  year_month_day date{day};
  return padded(static_cast<int>(date.year()), 4) + '-'
         + padded(static_cast<unsigned>(date.month()), 2) + '-'
         + padded(static_cast<unsigned>(date.day()), 2);
}

std::string to_rfc3339(split_seconds since_epoch) {
  sys_seconds time{since_epoch.whole};
  auto day = floor<days>(time);
  hh_mm_ss<seconds> clock{time - day};
  return to_iso_date(day) + 'T' + padded(clock.hours().count(), 2) + ':'
         + padded(clock.minutes().count(), 2) + ':' + padded(clock.seconds().count(), 2)
         + fraction_text(since_epoch.fraction) + 'Z';
}

std::string to_rfc3339(timestamp time) {
  auto whole = floor<seconds>(time);
  return to_rfc3339(split_seconds{whole.time_since_epoch(), time - whole});
}

result<split_seconds> parse_rfc3339_split(std::string_view text) {
  scanner in{text};
  auto day = scan_date(in);
  if (!in.accept('T') && !in.accept('t'))
    in.expect(' ');
  auto clock = scan_clock(in);
  auto offset = scan_offset(in);
  if (in.done())
    return split_seconds{day.time_since_epoch() + clock.whole - offset, clock.fraction};
  return failure{errc::invalid_argument,
                 quoted(text) + " is not a time; give RFC 3339 such as 2011-10-01T06:08:58.256Z"};
}

result<timestamp> parse_rfc3339(std::string_view text) {
  auto parts = parse_rfc3339_split(text);
  if (!parts)
    return parts.error();
  return timestamp{parts->whole} + floor<microseconds>(parts->fraction);
}

result<sys_days> parse_iso_date(std::string_view text) {
  scanner in{text};
  auto day = scan_date(in);
  if (in.done())
    return day;
  return failure{errc::invalid_argument, quoted(text) + " is not a date; give YYYY-MM-DD"};
}

std::string to_iso_duration(split_seconds length) {
  bool negative = length.whole < seconds{0};
  // The size of a negative length, without ever negating the smallest count.
  auto whole = static_cast<std::uint64_t>(length.whole.count());
  auto fraction = length.fraction;
  if (negative) {
    whole = ~whole + (fraction == nanoseconds{0} ? 1 : 0);
    fraction = fraction == nanoseconds{0} ? fraction : nanoseconds{1'000'000'000} - fraction;
  }
  return (negative ? "-PT" : "PT") + std::to_string(whole) + fraction_text(fraction) + 'S';
}

result<split_seconds> parse_iso_duration(std::string_view text) {
  static constexpr std::int64_t day_units[] = {86400};
  static constexpr std::int64_t clock_units[] = {3600, 60, 1};
  scanner in{text};
  bool negative = in.accept('-');
  in.expect('P');
  duration_scan scan{in};
  scan.run("D", day_units);
  if (in.accept('T'))
    scan.run("HMS", clock_units);
  if (!in.done() || scan.parts == 0)
    return failure{errc::invalid_argument,
                   quoted(text) + " is not a duration; give ISO 8601 such as PT1.5S"};
  if (!negative)
    return scan.length;
  auto borrow = scan.length.fraction == nanoseconds{0} ? 0 : 1;
  return split_seconds{-scan.length.whole - seconds{borrow},
                       borrow * nanoseconds{1'000'000'000} - scan.length.fraction};
}

} // namespace annals

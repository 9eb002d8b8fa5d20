#include <annals/messages/envelope.hpp>

#include <annals/messages/event_type.hpp>
#include <annals/messages/json.hpp>
#include <annals/messages/json/slices.hpp>
#include <annals/messages/stream_name.hpp>
#include <annals/messages/text.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace annals {

namespace {

// The text of an object or value inside a line.
void append_inline(std::string& text, std::string_view json) {
  auto start = text.size();
  text += json;
  auto breaks = [](char c) { return c == '\n' || c == '\r'; };
  std::replace_if(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(), breaks, ' ');
}

void write_id(json_out& out, const uuid& id) {
  if (id.is_nil())
    out.raw("null");
  else
    json_codec<uuid>::write(out, id);
}

// A number of 64 bits is not safe in JSON: many readers keep only 53 of them.
std::string hex_of(std::uint64_t digest) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, digest >>= 4)
    *at = digits[digest & 15];
  return text;
}

void write_envelope(std::string& text, const recorded_event& event) {
  json_out out{text};
  out.raw("{\"id\":");
  write_id(out, event.id);
  out.raw(",\"correlationID\":");
  write_id(out, event.correlation_id);
  out.raw(",\"causationID\":");
  write_id(out, event.causation_id);
  if (event.command_digest != 0) {
    out.raw(",\"commandDigest\":");
    out.string(hex_of(event.command_digest));
  }
  out.raw(",\"sourceID\":");
  out.string(event.stream);
  out.raw(",\"version\":");
  out.integer(event.version);
  out.raw(",\"position\":");
  out.integer(event.position);
  out.raw(",\"eventType\":");
  out.string(event.type);
  out.raw(",\"schemaVersion\":");
  out.integer(std::uint64_t{event.schema_version});
  out.raw(",\"time\":");
  out.string(to_rfc3339(event.time));
  if (!event.metadata.empty()) {
    out.raw(",\"metadata\":");
    append_inline(text, event.metadata);
  }
  out.raw(",\"event\":");
  append_inline(text, event.payload);
  out.raw('}');
}

// What the store should never hold, but an event that came in by another door may.
result<void> check_stored(const recorded_event& event) {
  auto spoilt = [&](const std::string& what) {
    return failure{errc::undecodable, describe(event) + ": " + what};
  };
  if (!is_utf8(event.stream) || !is_utf8(event.type))
    return spoilt("its stream or type name is not UTF-8");
  if (auto good = check_json(event.payload); !good)
    return spoilt("its payload is " + good.error().message);
  if (!event.metadata.empty())
    if (auto good = check_json_object(event.metadata); !good)
      return spoilt("its metadata: " + good.error().message);
  return {};
}

// One member that `parse_envelope` reads: false after `in` was told why.
struct member_rule {
  std::string_view name;
  bool required;
  bool (*read)(std::string_view text, recorded_event& event, json_in& in);
};

template <class T>
bool read_value(std::string_view text, T& value, json_in& in) {
  json_document document;
  if (auto parsed = document.parse(text); !parsed)
    return in.fail(parsed.error().message);
  return json_codec<T>::read(document.root(), value, in);
}

bool read_id(std::string_view text, uuid& id, json_in& in) {
  return text == "null" || read_value(text, id, in);
}

bool read_text(std::string_view text, std::string& value, json_in& in) {
  return read_value(text, value, in);
}

bool read_from_one(std::string_view text, std::uint64_t& value, json_in& in) {
  if (!read_value(text, value, in))
    return false;
  return value >= 1 || in.fail("expected 1 or more, found 0");
}

bool read_event_id(std::string_view text, recorded_event& event, json_in& in) {
  if (!read_value(text, event.id, in))
    return false;
  return !event.id.is_nil() || in.fail("expected the event's id, found the nil UUID");
}

bool read_digest(std::string_view text, recorded_event& event, json_in& in) {
  std::string hex;
  if (!read_text(text, hex, in))
    return false;
  const auto* end = hex.data() + hex.size();
  auto parsed = std::from_chars(hex.data(), end, event.command_digest, 16);
  bool good = parsed.ec == std::errc{} && parsed.ptr == end && hex_of(event.command_digest) == hex;
  return good || in.fail("expected 16 lower-case hexadecimal digits, found " + quoted(hex));
}

bool read_stream(std::string_view text, recorded_event& event, json_in& in) {
  if (!read_text(text, event.stream, in))
    return false;
  auto good = check_stream_name(event.stream);
  return good || in.fail(good.error().message);
}

bool read_type(std::string_view text, recorded_event& event, json_in& in) {
  if (!read_text(text, event.type, in))
    return false;
  return is_type_name(event.type)
         || in.fail("expected the name of an event type (1 to 200 letters, digits, dots or "
                    "underscores), found "
                    + quoted(event.type));
}

bool read_schema_version(std::string_view text, recorded_event& event, json_in& in) {
  if (!read_value(text, event.schema_version, in))
    return false;
  return event.schema_version >= 1 || in.fail("expected 1 or more, found 0");
}

bool read_time(std::string_view text, recorded_event& event, json_in& in) {
  std::string time;
  if (!read_text(text, time, in))
    return false;
  auto parsed = parse_rfc3339(time);
  if (!parsed)
    return in.fail(parsed.error().message);
  event.time = *parsed;
  return true;
}

bool read_metadata(std::string_view text, recorded_event& event, json_in& in) {
  if (text == "null")
    return true;
  if (auto good = check_json_object(text); !good)
    return in.fail(good.error().message);
  event.metadata = text;
  return true;
}

bool read_payload(std::string_view text, recorded_event& event, json_in& in) {
  if (auto good = check_json(text); !good)
    return in.fail(good.error().message);
  event.payload = text;
  return true;
}

using text_of = std::string_view;

constexpr std::array<member_rule, 12> rules{{
    {"id", true, read_event_id},
    {"correlationID", false,
     [](text_of text, recorded_event& event, json_in& in) {
       return read_id(text, event.correlation_id, in);
     }},
    {"causationID", false,
     [](text_of text, recorded_event& event, json_in& in) {
       return read_id(text, event.causation_id, in);
     }},
    {"commandDigest", false, read_digest},
    {"sourceID", true, read_stream},
    {"version", true,
     [](text_of text, recorded_event& event, json_in& in) {
       return read_from_one(text, event.version, in);
     }},
    {"position", false,
     [](text_of text, recorded_event& event, json_in& in) {
       return read_from_one(text, event.position, in);
     }},
    {"eventType", true, read_type},
    {"schemaVersion", false, read_schema_version},
    {"time", true, read_time},
    {"metadata", false, read_metadata},
    {"event", true, read_payload},
}};

constexpr std::string_view label = "envelope";

failure refuse(std::string_view member, std::string why) {
  json_in in;
  in.fail(std::move(why));
  in.within(member);
  return in.why(errc::undecodable, label);
}

} // namespace

result<void> append_envelope(std::string& text, const recorded_event& event) {
  if (auto good = check_stored(event); !good)
    return good;
  write_envelope(text, event);
  return {};
}

result<recorded_event> parse_envelope(std::string_view text) {
  // The envelope is one level around payload and metadata.
  if (auto good = check_json_object(text, deepest_json + 1); !good)
    return failure{errc::undecodable, std::string{label} + ": " + good.error().message};
  recorded_event event;
  std::array<bool, rules.size()> seen{};
  for (const auto& member : slice_object(text)) {
    auto rule = std::find_if(rules.begin(), rules.end(),
                             [&](const auto& known) { return known.name == member.name; });
    if (rule == rules.end())
      return refuse(quoted(member.name), "an envelope has no such member");
    auto& before = seen[static_cast<std::size_t>(rule - rules.begin())];
    if (before)
      return refuse(member.name, "the member stands twice");
    before = true;
    json_in in;
    if (!rule->read(member.value, event, in)) {
      in.within(member.name);
      return in.why(errc::undecodable, label);
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (rules[i].required && !seen[i])
      return refuse(rules[i].name, "the member is missing");
  return event;
}

} // namespace annals

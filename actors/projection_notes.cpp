#include <annals/actors/projection_notes.hpp>

#include <annals/messages/json.hpp>
#include <annals/messages/stable_hash.hpp>
#include <annals/persistence/stored_code.hpp>

#include <boost/json/serialize.hpp>

namespace annals {

namespace {

struct failure_text {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(failure_text, (), (code, message))

} // namespace

template <>
struct json_codec<failure> {
  static void write(json_out& out, const failure& value) {
    json_codec<failure_text>::write(out, {std::string{to_string(value.code)}, value.message});
  }
  static bool read(const boost::json::value& json, failure& value, json_in& in) {
    failure_text text;
    if (!json_codec<failure_text>::read(json, text, in))
      return false;
    value = {code_named(text.code), std::move(text.message)};
    return true;
  }
};

result<std::string> to_text(const projection_notes& notes) { return to_json(notes); }

result<std::string> to_text(const parked_event& event) { return to_json(event); }

result<projection_notes> notes_from(std::string_view text) {
  if (text.empty())
    return projection_notes{};
  return from_json<projection_notes>(text, unknown_members::ignore);
}

std::uint64_t shape_of(const projection_type& type) {
  auto text = boost::json::serialize(type.model_schema());
  for (const auto* event : type.events)
    text += "\n" + event->name;
  return std::max<std::uint64_t>(stable_hash(text), 1);
}

std::string stored_name(const projection_type& type) {
  if (type.schema_version == 1)
    return type.name;
  return type.name + "@v" + std::to_string(type.schema_version);
}

} // namespace annals

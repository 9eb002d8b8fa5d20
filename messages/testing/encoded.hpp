#pragma once

#include <annals/messages/command_type.hpp>
#include <annals/messages/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace annals::testing::detail {

/// A value in a message of the kit: its name and its JSON, or why it cannot be stored.
struct encoded {
  std::string text;
  bool failed = false;
};

template <class T>
encoded encode(std::string_view name, const T& value) {
  auto json = to_json(value);
  if (!json)
    return {std::string{name} + " cannot be stored: " + json.error().message, true};
  return {std::string{name} + ' ' + *json};
}

/// Also checks that what a store gives back is the event that it was handed.
template <class Event>
encoded encode_event(const Event& event) {
  auto written = encode(Event::name.text(), event);
  if (written.failed)
    return written;
  auto json = std::string_view{written.text}.substr(Event::name.text().size() + 1);
  auto back = from_json<Event>(json, unknown_members::ignore);
  if (!back)
    return {written.text + " cannot be read back: " + back.error().message, true};
  auto again = encode(Event::name.text(), *back);
  if (again.text != written.text)
    return {written.text + " is read back as " + again.text, true};
  return written;
}

/// A state or a read model: JSON with no name before it.
template <class T>
std::string encode_state(const T& value) {
  auto json = to_json(value);
  return json ? *json : "cannot be stored: " + json.error().message;
}

template <class Command>
encoded encode_command(const Command& command) {
  return encode(command_name_of<Command>(), command);
}

} // namespace annals::testing::detail

#pragma once

#include <annals/annals.hpp>

#include <map>
#include <stdexcept>
#include <string>

/// A domain with a codec of its own that misbehaves on demand.
namespace quirky {

struct mood {
  std::string text;
};

} // namespace quirky

namespace annals {

template <>
struct json_codec<quirky::mood> {
  static void write(json_out& out, const quirky::mood& value) {
    if (value.text == "throws when written")
      throw std::runtime_error{"not in the mood to write"};
    out.string(value.text);
  }
  static bool read(const boost::json::value& json, quirky::mood& value, json_in& in) {
    if (!json_codec<std::string>::read(json, value.text, in))
      return false;
    if (value.text == "throws when read")
      throw std::runtime_error{"not in the mood to read"};
    return value.text != "cannot be read" || in.fail("no such mood");
  }
  static boost::json::value schema(schema_builder& builder) {
    return json_codec<std::string>::schema(builder);
  }
};

} // namespace annals

namespace quirky {

/// Only the state, and the read model, have a mood.
struct say {
  static constexpr annals::command_name name{"quirky.say"};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (text))
struct said {
  static constexpr annals::event_name name{"quirky.said"};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(said, (), (text))

/// Command and event have it as well.
struct feel {
  static constexpr annals::command_name name{"quirky.feel"};
  mood what;
};
BOOST_DESCRIBE_STRUCT(feel, (), (what))
struct felt {
  static constexpr annals::event_name name{"quirky.felt"};
  mood what;
};
BOOST_DESCRIBE_STRUCT(felt, (), (what))

struct person {
  static constexpr annals::aggregate_name name{"quirky.person"};
  using commands = annals::commands<say, feel>;
  using events = annals::events<said, felt>;
  mood last;
};
BOOST_DESCRIBE_STRUCT(person, (), (last))

inline said decide(const person&, const say& command) { return {command.text}; }
inline felt decide(const person&, const feel& command) { return {command.what}; }
inline person evolve(const person&, const said& event) { return {{event.text}}; }
inline person evolve(const person& self, const felt&) { return self; }

struct moods {
  static constexpr annals::projection_name name{"quirky.moods"};
  std::map<std::string, mood> of;
};
BOOST_DESCRIBE_STRUCT(moods, (), (of))
inline void project(moods& model, const annals::recorded<said>& event) {
  model.of[event.id].text = event->text;
}

using domain = annals::domain<person, moods>;

} // namespace quirky

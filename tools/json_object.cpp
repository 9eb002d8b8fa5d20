#include <annals/tools/json_object.hpp>

#include <annals/messages/text.hpp>

#include <cstdio>

namespace annals::tools {

json_object& json_object::add(std::string_view name, std::string_view value) {
  std::string text;
  json_out out{text};
  out.string(is_utf8(value) ? std::string{value} : annals::quoted(value, value.size() + 1));
  return raw(name, text);
}

json_object& json_object::add_decimal(std::string_view name, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return raw(name, text);
}

json_object& json_object::raw(std::string_view name, std::string_view json) {
  if (!members_.empty())
    members_ += ',';
  members_.append(1, '"').append(name).append("\":").append(json);
  return *this;
}

} // namespace annals::tools

#include <annals/messages/stream_name.hpp>

#include <annals/messages/text.hpp>

#include <algorithm>

namespace annals {

bool is_type_name(std::string_view name) noexcept {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.';
  };
  return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), allowed);
}

result<void> check_stream_name(std::string_view stream) {
  auto refuse = [&](const std::string& why) {
    return failure{errc::invalid_id, "the stream name " + quoted(stream) + " " + why};
  };
  if (stream.find('-') == std::string_view::npos)
    return refuse("has no '-'; it is <aggregate type>-<id>");
  auto parts = split_stream_name(stream);
  if (!is_type_name(parts.aggregate))
    return refuse("does not begin with the name of an aggregate type (1 to 200 letters, digits, "
                  "dots or underscores before the first '-')");
  if (auto good = check_id(parts.id); !good)
    return refuse("is none: " + good.error().message);
  return {};
}

} // namespace annals

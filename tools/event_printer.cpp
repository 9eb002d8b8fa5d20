#include <annals/tools/event_printer.hpp>

#include <annals/messages/envelope.hpp>

#include <algorithm>

namespace annals::tools {

std::string time_column(timestamp time) {
  auto text = to_rfc3339(time);
  constexpr std::size_t whole = 20; // 2011-10-01T06:08:58Z
  if (text.size() == whole)
    text.insert(whole - 1, ".000");
  text.insert(text.size() - 1, std::string(whole + 7 - std::min(text.size(), whole + 7), '0'));
  return text;
}

std::string event_line(const recorded_event& event) {
  auto position = std::to_string(event.position);
  constexpr std::size_t width = 8;
  std::string line(width - std::min(position.size(), width), ' ');
  line += position + "  " + time_column(event.time) + "  " + printable(event.stream) + " v"
          + std::to_string(event.version) + "  " + printable(event.type) + "  ";
  auto payload = event.payload;
  auto breaks = [](char c) { return c == '\n' || c == '\r' || c == '\t'; };
  std::replace_if(payload.begin(), payload.end(), breaks, ' ');
  line += printable(payload);
  if (!event.metadata.empty())
    line += "  " + printable(event.metadata);
  return line;
}

outcome<> print_event(context& ctx, const recorded_event& event) {
  if (!ctx.options.json)
    return ctx.out.line(event_line(event));
  std::string text;
  if (auto written = append_envelope(text, event); !written)
    return tool_failure{written.error()};
  return ctx.out.line(text);
}

} // namespace annals::tools
